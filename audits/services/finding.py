"""Acts of the firm on a finding: raise, edit, issue, drop. The provider knows nothing of it before it is issued."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies, tasks
from audits.enums import (
    ENDED_FINDINGS,
    INSIDE_MOVES,
    Evaluation,
    FindingMove,
    FindingState,
    Severity,
)
from audits.models import ControlTest, Finding, FindingEvidence, FindingHistory
from audits.services.engagement import locked_engagement, require_open_records
from audits.workflow import FINDING
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """What the auditor says of a deficiency."""

    evaluation: str
    severity: str
    fact: str
    effect: str = ""
    sample_note: str = ""


@transaction.atomic
def raise_finding(
    *,
    test_id: uuid.UUID,
    actor: User,
    creation_key: uuid.UUID,
    facts: FindingFacts,
    evidence: Iterable[uuid.UUID] = (),
) -> Finding:
    """Write down what a test showed, as a draft. The same key twice is one finding (double click).

    DomainError outside fieldwork, without words, and for files that were not reviewed in the test.
    """
    test = ControlTest.objects.get(pk=test_id)
    engagement = locked_engagement(test.engagement_id)
    require(policies.can_audit, actor, engagement)
    made = engagement.findings.filter(creation_key=creation_key).first()
    if made:
        return made
    require_open_records(engagement)
    now, last = timezone.now(), engagement.findings.aggregate(last=Max("number"))["last"]
    finding = Finding(
        engagement=engagement,
        test=test,
        number=(last or 0) + 1,
        creation_key=creation_key,
        raised_by=actor,
        raised_at=now,
        **asdict(_checked(facts)),
    )
    finding.save(force_insert=True)
    _tie(finding, evidence)
    record(finding, actor, now, FindingMove.RAISE, to_state=finding.state)
    return finding


@transaction.atomic
def edit_finding(
    *,
    finding_id: uuid.UUID,
    actor: User,
    version: int,
    facts: FindingFacts,
    evidence: Iterable[uuid.UUID] = (),
) -> Finding:
    """Write a draft anew. The same content twice changes nothing. EditConflictError when somebody else was first."""
    finding = locked(finding_id)
    require(policies.can_audit, actor, finding.engagement)
    FINDING.check(FindingMove.EDIT, finding.state)
    require_open_records(finding.engagement)
    said, files = asdict(_checked(facts)), set(evidence)
    before = {name: getattr(finding, name) for name in said}
    changes = history.changed_fields(before, said)
    tied = set(finding.shown_by.values_list("file", flat=True))
    if not changes and files == tied:
        return finding
    require_version(finding, version)
    for name, value in said.items():
        setattr(finding, name, value)
    finding.row_version += 1
    finding.save()
    finding.shown_by.exclude(file__in=files).delete()
    _tie(finding, files - tied)
    record(finding, actor, timezone.now(), FindingMove.EDIT, changes=changes)
    return finding


@transaction.atomic
def issue_finding(*, finding_id: uuid.UUID, actor: User, version: int) -> Finding:
    """Tell the provider. From now on the fact stays as it is."""
    finding = locked(finding_id)
    require(policies.can_issue_finding, actor, finding.engagement)
    FINDING.check(FindingMove.ISSUE, finding.state)
    require_open_records(finding.engagement)
    require_version(finding, version)
    now = timezone.now()
    finding.issued_at = now
    return advance(finding, FindingMove.ISSUE, actor=actor, at=now)


@transaction.atomic
def drop_finding(*, finding_id: uuid.UUID, actor: User, version: int, reason: str) -> Finding:
    """Take a finding back, with the reason; the provider reads it where it was issued before.

    A leftover draft at any time; one that the provider was told of while the report does not rest on it.
    """
    finding = locked(finding_id)
    require(policies.can_issue_finding, actor, finding.engagement)
    FINDING.check(FindingMove.DROP, finding.state)
    if not finding.is_draft:
        require_open_records(finding.engagement)
    require_version(finding, version)
    said = clean_text(reason)
    if not said:
        raise DomainError(_("理由を入力してください。"))
    return advance(finding, FindingMove.DROP, actor=actor, at=timezone.now(), reason=said)


def locked(finding_id: uuid.UUID) -> Finding:
    """The finding for an act on it, with its engagement, which is locked first."""
    engagement = locked_engagement(
        Finding.objects.values_list("engagement", flat=True).get(pk=finding_id)
    )
    finding = Finding.objects.select_for_update(of=("self",), no_key=True).get(pk=finding_id)
    finding.engagement = engagement
    return finding


def require_version(finding: Finding, version: int) -> None:
    """EditConflictError unless the page showed the finding as it is now."""
    if finding.row_version != version:
        raise EditConflictError(current=finding)


def advance(finding: Finding, name: str, *, actor: User, at: datetime, reason: str = "") -> Finding:
    """Make the move, write its line and tell the others."""
    move = FINDING.check(name, finding.state)
    before, finding.state = finding.state, FindingState(move.target)
    if finding.state in ENDED_FINDINGS:
        finding.closed_at = at
    finding.row_version += 1
    finding.save()
    record(finding, actor, at, name, from_state=before, to_state=move.target, reason=reason)
    return finding


def record(finding: Finding, actor: User, at: datetime, action: str, **facts: Any) -> None:
    """One line of history, and a mail to whom it concerns."""
    entry = FindingHistory.objects.create(
        finding=finding, **history.line(actor=actor, at=at, action=action, **facts)
    )
    if finding.issued_at and action not in INSIDE_MOVES:
        jobs.enqueue(tasks.send_finding_mail, subject=f"finding:{finding.pk}", history_id=entry.pk)


def _checked(facts: FindingFacts) -> FindingFacts:
    fact = clean_text(facts.fact)
    if not fact:
        raise DomainError(_("発見した事実を入力してください。"))
    return FindingFacts(
        evaluation=Evaluation(facts.evaluation),
        severity=Severity(facts.severity),
        fact=fact,
        effect=clean_text(facts.effect),
        sample_note=clean_text(facts.sample_note),
    )


def _tie(finding: Finding, files: Iterable[uuid.UUID]) -> None:
    wanted = set(files)
    reviewed = set(finding.test.reviewed.filter(file__in=wanted).values_list("file", flat=True))
    if wanted != reviewed:
        raise DomainError(_("この監査手続で閲覧した証跡から選んでください。"))
    FindingEvidence.objects.bulk_create(
        FindingEvidence(finding=finding, file_id=file) for file in sorted(reviewed)
    )
