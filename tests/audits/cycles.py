"""Audit cycles in every state, made by the real services.

Of the small edition 5 details are audited every year (governance, management), 5 once in a cycle (9.2.3, 9.4.2:
access) and 3 lie outside the areas (6.1.1, 6.3.1).
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import User
from audits.models import AuditCycle
from audits.selectors.plan_facts import plan_facts
from audits.services import cycle as cycles
from audits.services import plan as plans
from controls.models import CatalogueEdition
from core.months import last_day_of_months
from declarations.enums import Adoption, ChangeKind
from declarations.models import Declaration
from declarations.services import changes
from declarations.services import declaration as declarations
from declarations.services.statements import StatementEdit, save_statements
from tests.audits.factories import Audit, audit
from tests.registrations.factories import BODY, approved

ROUND = ("9.2.3.2", "9.2.3.10", "9.2.3.11.PB", "9.4.2.2.B", "9.4.2.3.P")
EVERY = "4.4.1.1"
OUTSIDE = "6.1.1.1"


def declared(
    found: Audit,
    start: date,
    *,
    months: int = 12,
    edition: CatalogueEdition | None = None,
    left_out: tuple[str, ...] = (),
    changed: tuple[str, ...] = (),
) -> Declaration:
    """The provider's fixed declaration of so many months from `start`, against the same edition or this one."""
    draft = declarations.create_declaration(
        service_id=found.declaration.service_id,
        actor=found.editor,
        edition_id=edition.pk if edition else found.declaration.edition_id,
        period_start=start,
        period_end=last_day_of_months(start, months),
    )
    edits = [
        StatementEdit(
            row.control.number,
            row.row_version,
            {"adoption": Adoption.NOT_SELECTED, "reason": "該当する機能がないため。"}
            if row.control.number in left_out
            else {"adoption": Adoption.ADOPTED, "individual_control": "手順どおり。"},
        )
        for row in draft.statements.select_related("control")
    ]
    save_statements(declaration_id=draft.pk, actor=found.editor, edits=edits)
    for number in changed:
        facts = changes.ChangeFacts(ChangeKind.OPERATION, start, "年に一度", "半年に一度")
        changes.record_change(
            declaration_id=draft.pk,
            number=number,
            actor=found.editor,
            creation_key=uuid.uuid4(),
            facts=facts,
        )
    declarations.edit_declaration(
        declaration_id=draft.pk, actor=found.editor, version=draft.row_version, facts=BODY
    )
    return approved(draft, found.editor, found.approver)


@dataclass
class Planning:
    """A provider, its firm, and a cycle on which each method is one act."""

    audit: Audit
    cycle: AuditCycle
    planner: User = field(init=False)

    def __post_init__(self) -> None:
        self.planner = self.audit.approver

    def by(self, actor: User | None = None) -> dict:
        """The arguments that every act on the plan takes."""
        self.cycle.refresh_from_db()
        return {
            "cycle_id": self.cycle.pk,
            "actor": actor or self.planner,
            "version": self.cycle.row_version,
        }

    def propose(self) -> "Planning":
        """A plan, or the plan brought up to date."""
        self.cycle = plans.propose_plan(**self.by())
        return self

    def engage(self) -> "Planning":
        """The firm takes the audit, and plans from now on."""
        self.audit.commission().accept()
        self.planner = self.audit.lead
        return self

    def report(self) -> "Planning":
        """The audit of the declaration is reported."""
        self.audit.file_report()
        return self

    def move(self, *numbers: str, to: int) -> "Planning":
        """Moved by hand."""
        self.cycle = plans.move_controls(**self.by(), numbers=numbers, to=to)
        return self

    def include(
        self, number: str, year: int, reason: str = "重要な変更があったため。"
    ) -> "Planning":
        """Included by the auditor."""
        self.cycle = plans.include_control(**self.by(), number=number, year=year, reason=reason)
        return self

    def next_year(self, **facts) -> "Planning":
        """The declaration of the following period, with no audit yet: the provider plans again."""
        start = self.audit.declaration.period_end + timedelta(days=1)
        self.audit.declaration = declared(self.audit, start, **facts)
        self.planner = self.audit.approver
        return self

    def years(self) -> dict[str, tuple[int, ...]]:
        """The years of each control as they are stored."""
        self.cycle.refresh_from_db()
        plan = plan_facts(self.cycle, self.cycle.declaration).plan
        return {number: plan.years_of(number) for number in plan.by_number}

    def reasons(self) -> set[tuple[str, int, str]]:
        """Number, year and kind of every reason."""
        plan = plan_facts(self.cycle, self.cycle.declaration).plan
        return {
            (one.control.number, one.year, str(cause.kind))
            for one in plan.placements
            for cause in one.causes
        }


def opened(edition, *, years: int = 3) -> Planning:
    """A cycle without a plan, begun by the provider."""
    found = audit(edition)
    cycle = cycles.open_cycle(
        declaration_id=found.declaration.pk, years=years, actor=found.approver
    )
    return Planning(found, cycle)


def planned(edition, *, years: int = 3) -> Planning:
    """A cycle with its first plan."""
    return opened(edition, years=years).propose()
