"""Findings that go along: what earlier audits of a service found and no retest has closed yet."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits.models import Engagement, Finding
from audits.querysets import FindingQuerySet
from core.calendar import format_wareki_month
from declarations.models import CloudService, Declaration

RELATED = (
    "test__control__parent",
    "engagement__firm",
    "engagement__declaration__service__organisation",
)


def open_findings(service: CloudService) -> QuerySet[Finding]:
    """What the provider was told about this service and no retest has closed, oldest first."""
    return (
        Finding.objects.open()
        .filter(engagement__declaration__service=service)
        .select_related(*RELATED)
        .order_by("engagement__declaration__period_start", "number", "pk")
    )


def unresolved_findings(declaration: Declaration) -> list[tuple[str, str]]:
    """Number of the control and the sentence, for each open finding of an earlier period. One query.

    Those against another edition are left out: their controls are others.
    """
    earlier = Finding.objects.of_periods_before(declaration)
    return [(one.test.control.number, _unresolved(one)) for one in _open(earlier, declaration)]


def controls_with_open_findings(engagement: Engagement) -> dict[uuid.UUID, str]:
    """The controls of the engagement's edition that have to be tested again, each with the reason. One query."""
    found: dict[uuid.UUID, list[str]] = {}
    earlier = Finding.objects.taken_up_by(engagement)
    for one in _open(earlier, engagement.declaration):
        found.setdefault(one.test.control_id, []).append(_unresolved(one))
    return {control: "\n".join(reasons) for control, reasons in found.items()}


def _open(found: FindingQuerySet, declaration: Declaration) -> QuerySet[Finding]:
    return (
        found.open()
        .filter(test__control__edition=declaration.edition_id)
        .select_related("test__control", "engagement__declaration")
        .order_by("engagement__declaration__period_start", "number", "pk")
    )


def _unresolved(finding: Finding) -> str:
    return _("発見事項 %(code)s（%(period)s期）が未解決") % {
        "code": finding.code,
        "period": format_wareki_month(finding.engagement.declaration.period_end),
    }
