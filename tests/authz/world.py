"""The world that the table speaks of, built once through the services.

`World.targets[object][state]` are the parts of an address; `World.unknown(...)` are the same with ids that never were.
The provider (A) is "own", the other provider (B) "other"; the firm audits A's services, the other firm B's.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Invitation, User
from accounts.services.invitations import invite_person
from controls.enums import Relation
from controls.models import CatalogueEdition, Lineage, SchemeParameter
from controls.services.catalogue import load_catalogue
from controls.services.comparison import propose_comparison
from controls.services.lineage import LineFacts, correct_line, propose_lineage, publish_lineage
from controls.services.parameters import load_scheme_parameters, propose_parameter
from declarations.services.confirming import confirm_statements
from declarations.services.declaration import create_declaration, revise_declaration
from declarations.services.evidence_library import retire_evidence
from declarations.services.evidence_ties import tie_evidence
from registrations.models import Decision
from registrations.services.conflict import declare_conflict
from registrations.services.decision import cast_vote, propose_decision
from tests.authz.canaries import Canaries
from tests.authz.cases import SECOND_DETAIL, Case, Party
from tests.authz.cycles import put_cycles
from tests.authz.findings import put_findings
from tests.authz.internal import put_internal
from tests.authz.listed import put_listed
from tests.authz.paper_imports import put_paper_imports
from tests.authz.papers import put_paper, put_papers
from tests.authz.people import DESK, FIRM, HOUSE, OFFICE, OTHER, OWN, STAFF, People
from tests.authz.reports import put_reports
from tests.authz.requests import put_requests
from tests.authz.talks import discuss
from tests.authz.workbooks import put_workbooks
from tests.controls.factories import SMALL_CATALOGUE, small_edition
from tests.controls.workbooks import applied_import, ready_import
from tests.declarations.editions import lineage_between, second_edition
from tests.registrations.factories import PERIOD_END

Target = dict[str, Any]


@dataclass
class World:
    """Everything, with its canaries."""

    canaries: Canaries = field(default_factory=Canaries)
    targets: dict[str, dict[str, Target]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    other_cases: dict[str, Case] = field(default_factory=dict)

    def build(self) -> "World":
        """About a dozen services of A, three of B."""
        load_scheme_parameters()
        self.people = People(self.canaries).build()
        self.edition = small_edition()
        self._organisations()
        self._scheme()
        self._conflict()
        self._cases()
        self._carried()
        self._other_cases()
        self._proposals()
        self._library()
        put_papers(self)
        put_workbooks(self)
        put_listed(self)
        put_cycles(self)
        put_requests(self)
        put_findings(self)
        put_paper_imports(self)
        put_reports(self)
        put_internal(self)
        self._targets()
        return self

    def put(self, about: str, state: str, **parts: Any) -> None:
        """Name a target."""
        self.targets.setdefault(about, {})[state] = parts

    def _organisations(self) -> None:
        for state, organisation in self.people.organisations.items():
            self.put("organisation", state, pk=organisation.pk)
        for state in ("CE", "CA", "AM", "AL", "member"):
            self.put("membership", state, pk=self.people.membership(state).pk)
        invited = {
            "provider": ("CA", "csp_editor", (*OWN, *DESK, "SA")),
            "other": ("CA2", "csp_editor", (*OTHER, *DESK, "SA")),
            "audit_body": ("AL", "audit_member", (*HOUSE, *DESK, "SA")),
            "committee": ("SS", "committee_member", OFFICE),
        }
        for state, (inviter, role, readers) in invited.items():
            invitation = self._invite(state, inviter, role, readers)
            self.put("invitation", state, pk=invitation.pk)
            self.put("invitation_link", state, token=invitation.token)

    def _invite(self, state: str, inviter: str, role: str, readers: tuple[str, ...]) -> Invitation:
        # Whoever holds the link reads the address on its page: only the first one is opened by the table.
        is_opened = state == "provider"
        name = "invited" if is_opened else self.canaries.text(f"{state}-invited", readers)
        return invite_person(
            organisation_id=self.people.organisations[state].pk,
            actor=self.people[inviter],
            email=f"{name}@example.jp",
            roles=[role],
        )

    def _scheme(self) -> None:
        title = self.canaries.text("c-draft-edition", OFFICE)
        draft = load_catalogue(
            content=SMALL_CATALOGUE.replace("ガバナンスのプロセス", title).encode(),
            file_name="見本.csv",
            edition_code="見本-2",
            name="見本の管理基準 第2版",
            in_force_from=timezone.localdate(),
            actor=self.people["PR"],
            apply=True,
        ).edition
        for state, edition in (("published", self.edition), ("draft", draft)):
            section = edition.controls.get(number="3.1")
            self.put("edition", state, pk=edition.pk)
            self.put("control", state, pk=section.pk)
        self._lineages()
        self._texts()
        proposal = propose_parameter(
            name="correction_due_days",
            value=10,
            in_force_from=timezone.localdate(),
            status="confirmed",
            source="見本の通知",
            reason=self.canaries.text("c-parameter", OFFICE),
            actor=self.people["PR"],
        )
        published = SchemeParameter.objects.filter(name="inquiry_response_due_days").first()
        self.put("parameter", "proposal", pk=proposal.pk)
        self.put("parameter", "published", pk=published.pk)

    def _lineages(self) -> None:
        """One published, one draft with a private remark; `second` and `third` have none between them yet."""
        second, third = self.editions = [small_edition(f"見本-{number}") for number in (3, 4)]
        published = self._lineage(self.edition, second, "SS")
        publish_lineage(lineage_id=published.pk, version=1, actor=self.people["CM"])
        draft = self._lineage(self.edition, third, "PR")
        line = draft.lines.get(old__number="9.2.3.2")
        note = self.canaries.text("c-draft-lineage", OFFICE)
        facts = LineFacts(Relation.REWORDED, line.old_id, line.new_id, note)
        correct_line(
            lineage_id=draft.pk, version=1, actor=self.people["PR"], facts=facts, line_id=line.pk
        )
        for state, lineage in (("published", published), ("draft", draft)):
            self.put("lineage", state, pk=lineage.pk)
            self.put("lineage_line", state, pk=lineage.pk, line=lineage.lines.first().pk)

    def _texts(self) -> None:
        """A workbook that waits for its columns; two editions whose details are all official, one proposed as such."""
        loader = self.people["PR"]
        second, third = self.editions
        label = f"{self.canaries.text('c-workbook', OFFICE)}.xlsx"
        waiting = ready_import(self.edition, actor=loader, label=label)
        applied = applied_import(second, actor=loader)
        applied_import(third, actor=loader)
        propose_comparison(edition_id=second.pk, actor=loader)
        self.put("text_import", "ready", pk=waiting.pk)
        self.put("text_import", "applied", pk=applied.pk)
        self.put("compared", "waiting", pk=second.pk)
        self.put("compared", "borne_out", pk=third.pk)

    def _lineage(self, old: CatalogueEdition, new: CatalogueEdition, actor: str) -> Lineage:
        return propose_lineage(
            old_edition_id=old.pk, new_edition_id=new.pk, actor=self.people[actor]
        )

    def _conflict(self) -> None:
        conflict = declare_conflict(
            actor=self.people["CX"],
            organisation_id=self.people.organisations["provider"].pk,
            reason=self.canaries.text("c-conflict", ("CX",)),
        )
        self.put("conflict", "declared", pk=conflict.pk)

    def _cases(self) -> None:
        people = self.people
        party = Party(
            "a", people["CE"], people["CA"], people["ED"], people["AL"], people["SS"], OWN, FIRM,
            people["AM"], people["AU"],
        )  # fmt: skip

        def case(state: str, stage: str) -> Case:
            self.cases[state] = Case(party, state, self.edition, self.canaries, stage)
            return self.cases[state]

        case("fixed", "own").begin().fix()
        declining = case("commissioned", "asked").begin().fix()
        declined = declining.declined_by(people["AL2"], "AL2")
        self.canaries.audiences["canary-a-commissioned-service"] |= {"AL2"}
        declining.commission()
        self.put("engagement", "declined", pk=declined.pk)
        case("fieldwork", "firm").begin().fix().commission().accept_engagement()
        case("preparing", "firm").audited().prepare()
        filed = case("filed", "filed").audited().prepare()
        put_paper(self, "application_paper", "unfiled", filed, OWN)
        filed.file()
        case("in_correction", "filed").audited().prepare().file().ask_correction()
        case("accepted", "accepted").audited().prepare().file().accept()
        case("in_inquiry", "accepted").audited().prepare().file().accept().review().inquire()
        for state in ("returned", "referred"):
            case(state, "accepted").audited().prepare().file().accept().review().inquire().answer()
        case("granted", "public").audited().prepare().file().accept().review()
        case("in_approval", "own").begin().submit()
        self._draft(case("draft", "own").begin().submit().hand_back())
        self._revision(self.cases["accepted"])

    def _draft(self, draft: Case) -> None:
        """A file with the very bytes of one that the firm reads elsewhere, under a name of its own."""
        bytes_of = self.cases["fieldwork"].tie.file
        token = "canary-a-fieldwork-bytes".upper().encode()
        same = draft.attach(draft.upload("same-bytes", OWN, token))
        assert same.file.sha256 == bytes_of.sha256
        spare = draft.attach(draft.upload("retired", OWN, b"retired"))
        retire_evidence(evidence_id=spare.version.evidence_id, actor=self.people["CE"])
        self.put("library_item", "retired", pk=spare.version.evidence_id)

    def _revision(self, accepted: Case) -> None:
        """A new version in the making of a declaration that the committee reads."""
        self.revision = revise_declaration(
            declaration_id=accepted.declaration.pk, actor=self.people["CE"]
        )
        new = Case(accepted.party, "revision", self.edition, self.canaries)
        new.service, new.declaration = accepted.service, self.revision
        new.write()

    def _carried(self) -> None:
        """Next year's draft, carried over, with two rows confirmed together; a second edition to move to."""
        people = self.people
        party = Party(
            "a", people["CE"], people["CA"], people["ED"], people["AL"], people["SS"], OWN, FIRM,
            people["AM"], people["AU"],
        )  # fmt: skip
        last_year = Case(party, "last_year", self.edition, self.canaries).begin().fix()
        self.cases["last_year"] = last_year
        first = PERIOD_END + timedelta(days=1)
        new = create_declaration(
            service_id=last_year.service.pk,
            actor=people["ED"],
            edition_id=self.edition.pk,
            period_start=first,
            period_end=first + timedelta(days=180),
            carry_from=last_year.declaration.pk,
        )
        confirm_statements(
            declaration_id=new.pk,
            actor=people["ED"],
            versions={"3.1.2.1": 1, "3.1.2.2": 1},
            summary=self.canaries.text("a-confirmation", OWN),
        )
        self.put("declaration", "carried", pk=new.pk)
        self.put("confirmation", "kept", pk=new.pk, batch=new.batches.get().pk)
        self.second_edition = second_edition("見本-次の版")
        lineage_between(self.edition, self.second_edition)

    def _other_cases(self) -> None:
        people = self.people
        party = Party(
            "b", people["CE2"], people["CA2"], people["CE2"], people["AL2"], people["SS"], OTHER, ("AL2",)
        )  # fmt: skip

        def case(state: str, stage: str) -> Case:
            self.other_cases[state] = Case(party, state, self.edition, self.canaries, stage)
            return self.other_cases[state]

        case("draft", "own").begin()
        case("preparing", "firm").audited().prepare()
        case("filed", "filed").audited().prepare().file()

    def _proposals(self) -> None:
        keep, member = self.canaries.text, self.people.spare["member"]
        back = self._propose("returned", keep("c-dissented", STAFF), "見本-1")
        self.vote(back, self.people.spare["voter"], agrees=True, reason=keep("c-agreed", STAFF))
        self.vote(back, member, agrees=False, reason=keep("c-dissent", STAFF))
        old = self._propose("referred", keep("c-superseded", STAFF), "見本-2")
        number = keep("c-number", STAFF)
        new = self._propose("referred", keep("c-proposal", STAFF), number)
        # What a vote says is for nobody as long as the proposal is open.
        self.vote(new, self.people.spare["voter"], agrees=True, reason=keep("c-open-vote", ()))
        done = self._propose("granted", keep("c-granted", (*OWN, *STAFF)), "見本-3")
        self.vote(done, self.people.spare["voter"], agrees=True, reason=keep("c-vote", STAFF))
        self.vote(done, member, agrees=True, reason="")
        for state, decision in (("open", new), ("superseded", old), ("dissented", back)):
            self.put("decision", state, pk=decision.pk)

    def _propose(self, state: str, reason: str, number: str) -> Decision:
        application = self.cases[state].application
        decision = propose_decision(
            application_id=application.pk,
            actor=self.people["PR"],
            version=application.row_version,
            grant=True,
            reason=reason,
            registration_number=number,
        )
        application.refresh_from_db()
        return decision

    def vote(self, decision: Decision, member: User, *, agrees: bool, reason: str) -> None:
        """A member votes."""
        cast_vote(
            decision_id=decision.pk,
            actor=member,
            version=decision.proposal_version,
            agrees=agrees,
            reason=reason,
        )

    def _library(self) -> None:
        """Evidence of both providers, each tied to a second statement of its draft by an act over many."""
        for state, case in (("draft", self.cases["draft"]), ("other", self.other_cases["draft"])):
            version = case.tie.version
            tied = tie_evidence(
                declaration_id=case.declaration.pk,
                version_id=version.pk,
                actor=case.party.editor,
                numbers=[SECOND_DETAIL],
            )
            self.put("library_item", state, pk=version.evidence_id)
            self.put("library_version", state, pk=version.evidence_id, version=version.pk)
            self.put("library_act", state, pk=version.evidence_id, batch=tied.batch.pk)
            self.put("version", state, pk=version.pk)
        fixed = self.cases["fixed"].tie.version
        self.put("library_item", "fixed", pk=fixed.evidence_id)
        self.put("library_version", "fixed", pk=fixed.evidence_id, version=fixed.pk)
        self.put("version", "fixed", pk=fixed.pk)

    def _targets(self) -> None:
        for state, case in self.other_cases.items():
            self._case_targets(f"other_{state}", case)
        audited = self.other_cases["preparing"]
        self.put(
            "frozen_evidence", "other", pk=audited.engagement.pk, sha256=audited.tie.file.sha256
        )
        for state, case in self.cases.items():
            self._case_targets(state, case)
            removed = {"pk": case.declaration.pk, "evidence": case.removed_tie.pk}
            self.put("removed_evidence", state, **removed)
            taken_off = {"pk": case.declaration.pk, "change": case.removed_change.pk}
            self.put("removed_change", state, **taken_off)
            if case.engagement:
                self.put(
                    "frozen_evidence", state, pk=case.engagement.pk, sha256=case.tie.file.sha256
                )
        self.put("declaration", "revision", pk=self.revision.pk)
        self.put("file", "other", pk=audited.tie.file.pk)
        for state in ("draft", "in_approval", "fixed", "filed", "accepted"):
            pk = self.cases[state].declaration.pk
            self.put("declaration_edition", state, pk=pk, edition=self.second_edition.pk)
        entry = self.cases["granted"].service.registrations.get()
        self.put("entry", "listed", pk=entry.pk)
        declined = self.targets["engagement"]["declined"]["pk"]
        sha256 = self.cases["commissioned"].tie.file.sha256
        self.put("frozen_evidence", "declined", pk=declined, sha256=sha256)

    def _case_targets(self, state: str, case: Case) -> None:
        self.put("service", state, pk=case.service.pk)
        self.put("declaration", state, pk=case.declaration.pk)
        self.put("evidence", state, pk=case.declaration.pk, evidence=case.tie.pk)
        self.put("batch", state, pk=case.declaration.pk, batch=case.batch.pk)
        self.put("change", state, pk=case.declaration.pk, change=case.change.pk)
        thread, resolved = discuss(case)
        self.put("comment", state, pk=case.declaration.pk, comment=thread.pk)
        self.put("resolved_thread", state, pk=case.declaration.pk, comment=resolved.pk)
        if case.engagement:
            self.put("engagement", state, pk=case.engagement.pk)
        if case.engagement and case.party.newcomer:
            newcomer = case.engagement.members.filter(person=case.party.newcomer).first()
            if newcomer:
                self.put("engagement_member", state, pk=case.engagement.pk, member=newcomer.pk)
        if case.finding:
            self.put("finding", state, pk=case.finding.pk)
        if case.application:
            self.put("application", state, pk=case.application.pk)


def unknown(parts: Target) -> Target:
    """The same kind of address, of something that never was."""
    fresh = {"pk": uuid.uuid4, "token": lambda: "0" * 64}
    return {name: fresh[name]() if name in fresh else value for name, value in parts.items()}
