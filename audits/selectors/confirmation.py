"""Reads for the 経営者確認書: its points as they hold on a day, its content, its versions."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import LIVE_REPORTS, EngagementState
from audits.models import Engagement, ManagementConfirmation
from audits.selectors.report import current_confirmation
from controls.parameter_file import definitions
from controls.rules import Fact, Rules
from declarations.documents import printed_form_number

POINTS = "management_confirmation_points"
# The two points that are answered by "none" or in words; the others are confirmed as they stand.
EVENTS, FRAUD = "subsequent_events", "fraud"
TOLD = (EVENTS, FRAUD)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the confirmation with its wording."""

    code: str
    text: str

    @property
    def is_told(self) -> bool:
        """Answered in words, or by "none"."""
        return self.code in TOLD


def points_on(day: date) -> tuple[list[Point], Fact]:
    """The points to confirm on that day, none while they are not known, and how sure we are of them. One query.

    Raises MissingParameterError.
    """
    fact = Rules.at(day).fact(POINTS)
    words = definitions()[POINTS].choices
    return [Point(code, words[code]) for code in fact.value or ()], fact


def points_unknown(fact: Fact) -> str:
    """Why nothing can be signed while the scheme's points have no value."""
    return _(
        "「%(label)s」は%(status)sで、値がありません。確認する事項が決まるまで署名できません。事務局に登録を依頼してください。"
    ) % {"label": fact.label, "status": fact.status_label}


@dataclass(frozen=True, slots=True)
class ConfirmationFacts:
    """What a person fills in. Empty texts mean that there was nothing."""

    dated_on: date
    confirmed: Collection[str]
    subsequent_events: str
    fraud: str
    signer_title: str
    signer_name: str

    def told(self, code: str) -> str:
        """What was said to a point that is answered in words."""
        return {EVENTS: self.subsequent_events, FRAUD: self.fraud}.get(code, "")


def confirmation_content(
    engagement: Engagement, facts: ConfirmationFacts, *, version: int
) -> dict[str, Any]:
    """What is hashed and signed. Load `firm` and `declaration__service__organisation` along. One query."""
    declaration = engagement.declaration
    provider = declaration.service.organisation
    points, fact = points_on(facts.dated_on)
    return {
        "form_number": printed_form_number(Rules.at(facts.dated_on), "management_confirmation"),
        "version": version,
        "dated_on": facts.dated_on.isoformat(),
        "firm": engagement.firm.name,
        "provider": {"name": provider.name, "address": provider.address},
        "service": declaration.service.name,
        "declaration": {
            "version": declaration.version,
            "period_start": declaration.period_start.isoformat(),
            "period_end": declaration.period_end.isoformat(),
            "snapshot_sha256": engagement.snapshot_sha256,
        },
        "points": [
            asdict(point) | {"is_told": point.is_told, "told": facts.told(point.code)}
            for point in points
        ],
        "points_status": fact.status_label,
        "signer_title": facts.signer_title,
        "signer_name": facts.signer_name,
    }


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """The confirmations of an engagement."""

    engagement: Engagement
    current: ManagementConfirmation | None
    content: dict[str, Any] | None
    versions: list[ManagementConfirmation]
    may_sign: bool
    is_blocked: bool


def confirmation_page(engagement: Engagement, user: User) -> ConfirmationPage:
    """The newest in full, the earlier ones as lines. A constant number of queries."""
    current = current_confirmation(engagement)
    is_open = engagement.state == EngagementState.FIELDWORK
    return ConfirmationPage(
        engagement=engagement,
        current=current,
        content=current.facts if current else None,
        versions=list(confirmations_of(engagement)),
        may_sign=is_open and policies.can_sign_confirmation(user, engagement),
        is_blocked=is_open and is_report_signed(engagement),
    )


def confirmations_of(engagement: Engagement) -> QuerySet[ManagementConfirmation]:
    """Every version, newest first, without what it says."""
    found = ManagementConfirmation.objects.filter(engagement=engagement).select_related("signed_by")
    return found.defer("content").order_by("-version")


def is_report_signed(engagement: Engagement) -> bool:
    """A signed report rests on the records as they are."""
    return engagement.reports.filter(state__in=LIVE_REPORTS, signed_at__isnull=False).exists()
