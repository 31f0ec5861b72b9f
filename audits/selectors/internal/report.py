"""What still stands between an internal audit and the approval of its report; what its findings look like."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from audits.enums import ItemResult, Verification
from audits.models import (
    CorrectiveAction,
    InternalAudit,
    InternalAuditItem,
    Nonconformity,
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Numbers of controls that are in the way: untested, without a stated nonconformity, without an answer."""

    has_items: bool
    untested: list[str]
    unstated: list[str]
    unanswered: list[str]

    @property
    def is_ready(self) -> bool:
        """The report can be approved."""
        return self.has_items and not (self.untested or self.unstated or self.unanswered)


def gaps(audit: InternalAudit) -> Gaps:
    """What is missing, in order of the criteria. Four queries; the trigger `report_is_complete` is its twin."""
    items = InternalAuditItem.objects.filter(audit=audit).order_by("control__sort_key")
    live = Nonconformity.objects.live().filter(item=OuterRef("pk"))
    answered = CorrectiveAction.objects.filter(nonconformity=OuterRef("pk")).exclude(
        verification=Verification.INEFFECTIVE
    )
    unanswered = Nonconformity.objects.live().filter(item__audit=audit).exclude(Exists(answered))
    return Gaps(
        has_items=items.exists(),
        untested=_numbers(items.filter(result="")),
        unstated=_numbers(items.filter(result=ItemResult.NONCONFORMS).exclude(Exists(live))),
        unanswered=list(
            unanswered.order_by("number").values_list("item__control__number", flat=True)
        ),
    )


def _numbers(items: QuerySet[InternalAuditItem]) -> list[str]:
    return list(items.values_list("control__number", flat=True))


@dataclass(frozen=True, slots=True)
class Finding:
    """A nonconformity with its answers, the first one first."""

    nonconformity: Nonconformity
    actions: list[CorrectiveAction]

    @property
    def latest(self) -> CorrectiveAction | None:
        """The answer that counts."""
        return self.actions[-1] if self.actions else None


def findings(audit: InternalAudit, *, live_only: bool = False) -> list[Finding]:
    """The nonconformities of an audit by number, with their actions. Two queries."""
    rows = Nonconformity.objects.filter(item__audit=audit)
    if live_only:
        rows = rows.live()
    facts = list(
        rows.select_related("item__control", "item__auditor__person", "raised_by").order_by(
            "number"
        )
    )
    return [Finding(fact, found) for fact, found in zip(facts, actions_of(facts), strict=True)]


def actions_of(facts: list[Nonconformity]) -> list[list[CorrectiveAction]]:
    """The actions of each of these nonconformities. One query."""
    by_fact: defaultdict[object, list[CorrectiveAction]] = defaultdict(list)
    rows = (
        CorrectiveAction.objects.filter(nonconformity__in=facts)
        .select_related("owner", "verified_by", "answered_by")
        .order_by("answered_at", "pk")
    )
    for row in rows:
        by_fact[row.nonconformity_id].append(row)
    return [by_fact[fact.pk] for fact in facts]


def counts(audit: InternalAudit) -> Counter:
    """How many items have each result; "" are those not tested yet. One query."""
    results = InternalAuditItem.objects.filter(audit=audit).order_by()
    return Counter(results.values_list("result", flat=True))


def filed_elsewhere(audit: InternalAudit) -> str:
    """Why this report will not be filed: a record that was made elsewhere took its place. "" while there is none."""
    if audit.is_filed or not hasattr(audit.declaration, "internal_audit"):
        return ""
    return _(
        "この言明の内部監査の記録は、本システムの外で作成した報告書で提出済みです。この内部監査の報告書は承認も提出もできません。"
        "是正処置の記録は続けられます。"
    )


def approved_here() -> str:
    """Why no record that was made elsewhere is filed, and how to go on."""
    return _(
        "この言明の内部監査は、本システムで報告書を承認済みです。その報告書を「報告書」の画面から提出してください。"
        "本システムの外で作成した報告書を提出するときは、先に承認を取り消してください。"
    )
