"""Findings in every state, made by the real services."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from audits.enums import Evaluation, FindingState, SampleMethod, ScopeBasis, Severity
from audits.models import ControlTest, Engagement, Finding, ReviewedEvidence
from audits.services import finding as acts
from audits.services.finding_answer import AnswerFacts, answer_finding, complete_remedy
from audits.services.finding_retest import retest_finding
from documents.models import StoredFile
from documents.services import store_upload
from tests.audits.cycles import declared
from tests.audits.factories import Audit, audit, report

CONTROL = "9.2.3.2"
FACTS = acts.FindingFacts(
    evaluation=Evaluation.OPERATING,
    severity=Severity.MEDIUM,
    fact="棚卸しの記録に承認日のないものがありました。",
    effect="権限の見直しを確かめられません。",
    sample_note="25件のうち2件です。",
)


def auditor_of(engagement: Engagement) -> User:
    """An audit lead of the firm who works on this engagement."""
    return User.objects.get(
        memberships__organisation=engagement.firm_id, memberships__role=Role.AUDIT_LEAD
    )


def control_test(engagement: Engagement, number: str = CONTROL) -> ControlTest:
    """The test of a control in the scope of an engagement."""
    control = engagement.declaration.edition.controls.get(number=number)
    return ControlTest.objects.get_or_create(
        engagement=engagement,
        control=control,
        defaults={
            "basis": ScopeBasis.PLAN,
            "population_size": 120,
            "sample_size": 25,
            "sample_method": SampleMethod.JUDGEMENT,
            "sample": list(range(1, 26)),
        },
    )[0]


def reviewed(test: ControlTest, actor: User) -> StoredFile:
    """A file that was looked at in the test."""
    file = store_upload(upload=report(), organisation_id=actor.organisation_id, actor=actor)
    ReviewedEvidence.objects.create(test=test, file=file, added_by=actor, added_at=timezone.now())
    return file


@dataclass
class Found:
    """An audit in fieldwork with a finding, on which each method is one act."""

    audit: Audit
    finding: Finding

    @property
    def auditor(self) -> User:
        """Who works on the engagement that raised it."""
        return auditor_of(self.finding.engagement)

    def by(self, actor: User) -> dict:
        """The arguments that every act takes."""
        self.finding.refresh_from_db()
        return {
            "finding_id": self.finding.pk,
            "actor": actor,
            "version": self.finding.row_version,
        }

    def edit(self, facts: acts.FindingFacts = FACTS, **more) -> "Found":
        """The draft written anew."""
        self.finding = acts.edit_finding(**self.by(self.auditor), facts=facts, **more)
        return self

    def issue(self) -> "Found":
        """The provider is told."""
        self.finding = acts.issue_finding(**self.by(self.auditor))
        return self

    def drop(self, reason: str = "事実を確かめ直したため。") -> "Found":
        """Taken back."""
        self.finding = acts.drop_finding(**self.by(self.auditor), reason=reason)
        return self

    def answer(self, actor: User | None = None, **facts) -> "Found":
        """The provider answers."""
        self.finding = answer_finding(
            **self.by(actor or self.audit.editor), facts=self.facts(**facts)
        )
        return self

    def facts(self, **facts) -> AnswerFacts:
        """A proper answer."""
        proper = {
            "root_cause": "承認日を書く欄がありませんでした。",
            "plan": "様式を改めます。",
            "owner_id": self.audit.approver.pk,
            "due_on": today() + timedelta(days=30),
        }
        return AnswerFacts(**(proper | facts))

    def complete(self, actor: User | None = None, result: str = "様式を改めました。") -> "Found":
        """The provider reports the remedy."""
        self.finding = complete_remedy(
            **self.by(actor or self.audit.editor), done_on=today(), result=result
        )
        return self

    def retest(self, *, is_remedied: bool = True, engagement: Engagement | None = None) -> "Found":
        """The auditor looks again."""
        engagement = engagement or self.finding.engagement
        self.finding = retest_finding(
            **self.by(auditor_of(engagement)),
            engagement_id=engagement.pk,
            is_remedied=is_remedied,
            procedure="5件の記録を閲覧しました。",
        )
        return self

    def to(self, state: str) -> "Found":
        """From a draft to this state."""
        way = {
            FindingState.DRAFT: (),
            FindingState.ISSUED: ("issue",),
            FindingState.ANSWERED: ("issue", "answer"),
            FindingState.DONE: ("issue", "answer", "complete"),
            FindingState.CLOSED: ("issue", "answer", "complete", "retest"),
            FindingState.DROPPED: ("issue", "drop"),
        }
        for act in way[FindingState(state)]:
            getattr(self, act)()
        return self

    def next_year(self, firm: Organisation | None = None) -> Engagement:
        """The engagement of the following period, taken by the same or another firm."""
        start = self.audit.declaration.period_end + timedelta(days=1)
        self.audit.declaration = declared(self.audit, start)
        if firm:
            self.audit.firm = firm
            self.audit.lead = User.objects.get(memberships__organisation=firm)
        return self.audit.commission().accept().engagement


def found(edition, *, number: str = CONTROL, taken: Audit | None = None) -> Found:
    """A draft in an engagement in fieldwork."""
    taken = taken or audit(edition).commission().accept()
    return Found(taken, raised(taken.engagement, number=number))


def raised(engagement: Engagement, *, number: str = CONTROL, **facts) -> Finding:
    """A draft of one more finding."""
    return acts.raise_finding(
        test_id=control_test(engagement, number).pk,
        actor=auditor_of(engagement),
        creation_key=facts.pop("creation_key", None) or uuid.uuid4(),
        facts=facts.pop("facts", FACTS),
        **facts,
    )


def today() -> date:
    """The day in Japan."""
    return timezone.localdate()
