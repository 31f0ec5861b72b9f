"""Fieldwork in every state, made by the real services.

Of the small edition five details are audited every year: `EVERY` (which has a file) and `SECOND` are two of them.
`INHERITED` names a listed base service, `LEFT_OUT` is not adopted, `OUTSIDE` lies in no area.
"""

from dataclasses import dataclass

from accounts.models import Organisation, User
from audits.models import ControlTest, Engagement
from audits.services.cycle import open_cycle
from audits.services.fieldwork import Recorded, TestEdit, record_tests
from audits.services.fieldwork_sample import draw_sample
from audits.services.fieldwork_scope import pull_into_scope, set_scope
from controls.models import CatalogueEdition
from declarations.models import ListedService
from declarations.services import declaration as declarations
from declarations.services.evidence import add_evidence
from declarations.services.statements import StatementEdit, save_statements
from documents.uploads import check_upload
from tests.audits.cycles import Planning
from tests.audits.factories import Audit, audit, auditor_of
from tests.declarations.builders import listed
from tests.documents.files import pdf, uploaded
from tests.registrations.factories import approved

EVERY, SECOND, INHERITED, LEFT_OUT, OUTSIDE = (
    "4.4.1.1", "4.4.1.2", "9.2.3.2", "9.2.3.10", "6.1.1.1",
)  # fmt: skip


@dataclass
class Papers:
    """An engagement in fieldwork on which each method is one act of `auditor`."""

    audit: Audit
    engagement: Engagement
    auditor: User

    def by(self, actor: User | None = None) -> dict:
        """The arguments that every act takes."""
        return {"engagement_id": self.engagement.pk, "actor": actor or self.auditor}

    def scope(self) -> "Papers":
        """In scope: the plan's year, or what is audited every year."""
        set_scope(**self.by())
        return self

    def pull(self, *numbers: str, reason: str = "監査人の判断のため。") -> list[str]:
        """Pulled in."""
        return pull_into_scope(**self.by(), numbers=numbers, reason=reason)

    def test(self, number: str) -> ControlTest:
        """The paper of a control as it is stored."""
        return self.engagement.tests.select_related("control").get(control__number=number)

    def record(self, number: str, *, actor: User | None = None, **changes) -> Recorded:
        """One row recorded, as it stands now."""
        edit = TestEdit(number, self.test(number).row_version, changes)
        return record_tests(**self.by(actor), edits=[edit])

    def draw(self, number: str, population: int = 40, size: int | None = 5, **facts) -> ControlTest:
        """A sample, at random where nothing else is said."""
        return draw_sample(
            **self.by(),
            **({"method": "random", "version": self.test(number).row_version} | facts),
            number=number,
            population_size=population,
            sample_size=size,
        )


def declared(audit: Audit) -> Audit:
    """A newer version: one detail left out, one inherited from a listed service, one with a file."""
    draft = declarations.revise_declaration(declaration_id=audit.declaration.pk, actor=audit.editor)
    base = ListedService.objects.first() or listed()
    rows = {row.control.number: row for row in draft.statements.select_related("control")}
    said = {
        LEFT_OUT: {"adoption": "not_selected", "reason": "該当する機能がないため。"},
        INHERITED: {"base_service": str(base.pk), "inherited_note": "保管を継承しています。"},
    }
    edits = [StatementEdit(n, rows[n].row_version, changes) for n, changes in said.items()]
    save_statements(declaration_id=draft.pk, actor=audit.editor, edits=edits)
    upload = check_upload(uploaded("棚卸の記録.pdf", pdf(b"inventory")))
    add_evidence(declaration_id=draft.pk, number=EVERY, actor=audit.editor, upload=upload)
    audit.declaration = approved(draft, audit.editor, audit.approver)
    return audit


def revised(papers: Papers, texts: dict[str, str]) -> None:
    """The provider fixes a later version, in which these details say something else."""
    audit = papers.audit
    draft = declarations.revise_declaration(declaration_id=audit.declaration.pk, actor=audit.editor)
    rows = {row.control.number: row for row in draft.statements.select_related("control")}
    edits = [
        StatementEdit(number, rows[number].row_version, {"individual_control": text})
        for number, text in texts.items()
    ]
    save_statements(declaration_id=draft.pk, actor=audit.editor, edits=edits)
    approved(draft, audit.editor, audit.approver)


def papers(edition: CatalogueEdition, organisation: Organisation | None = None) -> Papers:
    """Nothing in scope yet, and no plan."""
    found = declared(audit(edition, organisation=organisation)).commission().accept()
    return Papers(found, found.engagement, auditor_of(found.engagement))


def planned_papers(edition: CatalogueEdition) -> Papers:
    """The same with a plan of three years, begun by the provider."""
    found = declared(audit(edition))
    cycle = open_cycle(declaration_id=found.declaration.pk, years=3, actor=found.approver)
    planning = Planning(found, cycle).propose().engage()
    return Papers(planning.audit, found.engagement, auditor_of(found.engagement))
