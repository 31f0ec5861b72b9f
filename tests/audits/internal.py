"""Internal audits in every state, made by the real services.

The editor of `audit()` wrote every statement, so another editor audits; `second` is a further auditor.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from audits.enums import ItemReason
from audits.models import CorrectiveAction, InternalAudit, InternalAuditItem, Nonconformity
from audits.services.internal import findings, items
from audits.services.internal import plan as plans
from audits.services.internal import report as reports
from documents.services import store_issued
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.factories import Audit, audit
from tests.documents.files import pdf

CONTROL = "9.2.3.2"
TODAY = timezone.localdate()


def programme_facts(**facts: Any) -> plans.ProgrammeFacts:
    """A programme with everything."""
    return plans.ProgrammeFacts(
        **{
            "purpose": "管理策が定めどおりに働いていることを確かめる。",
            "scope": "サービスの開発、運用、利用者支援。",
            "management": "内部監査室が計画し、承認者が承認する。",
            "frequency_months": 12,
            "weighting": "基本言明要件と前回の不適合を優先する。",
            "valid_from": TODAY - timedelta(days=400),
        }
        | facts
    )


def plan_facts(**facts: Any) -> plans.PlanFacts:
    """A plan with everything."""
    return plans.PlanFacts(
        **{
            "starts_on": TODAY - timedelta(days=20),
            "ends_on": TODAY,
            "place": "本社",
            "methods": "規程と記録の閲覧、聞取り。",
        }
        | facts
    )


def report_facts(**facts: Any) -> reports.ReportFacts:
    """What the approver says."""
    return reports.ReportFacts(
        **{
            "reference": "内監-2026-1",
            "conclusion": "おおむね定めどおりに運用されている。",
            "reported_to": "情報セキュリティ委員会",
            "reported_on": TODAY,
        }
        | facts
    )


@dataclass
class Internal:
    """One internal audit with the people around it. Each method is one act."""

    around: Audit
    auditor: User = field(init=False)
    second: User = field(init=False)
    run: InternalAudit = field(init=False)

    def __post_init__(self) -> None:
        organisation = self.around.declaration.service.organisation
        OrganisationFactory(committee=True)
        self.auditor = person(Role.CSP_EDITOR, organisation=organisation)
        self.second = person(Role.CSP_EDITOR, organisation=organisation)

    @property
    def approver(self) -> User:
        return self.around.approver

    @property
    def editor(self) -> User:
        return self.around.editor

    def by(self, actor: User | None = None) -> dict[str, Any]:
        """The arguments of an act on the whole audit."""
        self.run.refresh_from_db()
        return {
            "audit_id": self.run.pk,
            "actor": actor or self.approver,
            "version": self.run.row_version,
        }

    def plan(self) -> "Internal":
        """A programme and a plan."""
        declaration = self.around.declaration
        plans.decide_programme(
            service_id=declaration.service_id,
            actor=self.approver,
            version=0,
            facts=programme_facts(),
        )
        self.run = plans.plan_audit(
            declaration_id=declaration.pk, actor=self.approver, facts=plan_facts()
        )
        return self

    def staff(self, *people: User) -> "Internal":
        """Auditors with their shares."""
        for one in people or (self.auditor, self.second):
            plans.add_auditor(
                audit_id=self.run.pk, actor=self.approver, person_id=one.pk, share="全章"
            )
        return self

    def select(self, *numbers: str) -> "Internal":
        """Items by number, or everything that is always audited or mandatory."""
        reasons = () if numbers else (ItemReason.ALWAYS, ItemReason.MANDATORY)
        items.add_items(**self.by(), reasons=reasons, numbers=numbers)
        return self

    def assign(self, who: User | None = None, *, only_free: bool = True) -> items.Assigned:
        """Everything to one auditor."""
        sections = self.run.items.values_list("control__parent__parent__number", flat=True)
        return items.assign_items(
            **self.by(),
            auditor_id=self.run.auditors.get(person=who or self.auditor).pk,
            sections=set(sections),
            only_free=only_free,
        )

    def start(self) -> "Internal":
        """Running."""
        self.run = plans.start_audit(**self.by())
        return self

    def item(self, number: str = CONTROL) -> InternalAuditItem:
        """An item as it is stored."""
        return self.run.items.select_related("control").get(control__number=number)

    def edit(self, number: str = CONTROL, **facts: Any) -> items.ResultEdit:
        """What the form of one row sends."""
        item = self.item(number)
        return items.ResultEdit(
            **{
                "item_id": item.pk,
                "version": item.row_version,
                "method": "documents",
                "sample": "記録10件",
                "result": "conforms",
                "note": "",
                "tested_on": TODAY - timedelta(days=1),
            }
            | facts
        )

    def test(self, *numbers: str, **facts: Any) -> "Internal":
        """Results of these items, or of every one of the auditor's."""
        numbers = numbers or tuple(
            self.run.items.filter(auditor__person=self.auditor).values_list(
                "control__number", flat=True
            )
        )
        edits = [self.edit(number, **facts) for number in numbers]
        items.record_results(audit_id=self.run.pk, actor=self.auditor, edits=edits)
        return self

    def fail(self, number: str = CONTROL) -> Nonconformity:
        """One item does not conform, and why."""
        self.test(number, result="nonconforms")
        return findings.raise_nonconformity(
            item_id=self.item(number).pk,
            actor=self.auditor,
            creation_key=uuid.uuid4(),
            severity="minor",
            fact="棚卸しの記録に承認日がない。",
        )

    def answer(self, found: Nonconformity, owner: User | None = None) -> CorrectiveAction:
        """Planned by the editor."""
        return findings.answer_nonconformity(
            nonconformity_id=found.pk,
            actor=self.editor,
            creation_key=uuid.uuid4(),
            facts=findings.AnswerFacts(
                "様式に欄がなかった。",
                "様式に承認日の欄を加える。",
                (owner or self.editor).pk,
                TODAY + timedelta(days=30),
            ),
        )

    def finish(self, action: CorrectiveAction) -> CorrectiveAction:
        """Done by its owner."""
        return findings.finish_action(
            action_id=action.pk, actor=action.owner, done_on=TODAY, note="様式を改訂した。"
        )

    def verify(
        self, action: CorrectiveAction, who: User | None = None, verification: str = "effective"
    ) -> CorrectiveAction:
        """Verified by an auditor."""
        action.refresh_from_db()
        return findings.verify_action(
            action_id=action.pk,
            actor=who or self.auditor,
            version=action.row_version,
            verification=verification,
            note="改訂した様式を確認した。",
        )

    def approve(self, actor: User | None = None, **facts: Any) -> "Internal":
        """Reported."""
        self.run = reports.approve_report(**self.by(actor), facts=report_facts(**facts))
        return self

    def issue(self) -> "Internal":
        """The paper is there; a short PDF stands for the typeset one."""
        self.run.refresh_from_db()
        document = self.run.document
        document.file = store_issued(
            content=pdf(),
            label="内部監査に係る報告書.pdf",
            organisation_id=document.organisation_id,
        )
        document.state, document.pages, document.issued_at = "issued", 1, timezone.now()
        document.save()
        return self

    def file(self) -> "Internal":
        """Filed."""
        reports.file_report(**self.by())
        self.run.refresh_from_db()
        return self


def planned(edition) -> Internal:
    """A plan without auditors and items."""
    return Internal(audit(edition)).plan()


def running(edition, *numbers: str) -> Internal:
    """Items with one auditor, being tested."""
    found = planned(edition).staff().select(*numbers)
    found.assign()
    return found.start()


def reported(edition) -> Internal:
    """Two items, one nonconformity with an open action, approved, the paper made."""
    found = running(edition, CONTROL, "9.2.3.10").test("9.2.3.10")
    found.answer(found.fail())
    return found.approve().issue()


def day(days: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=days)
