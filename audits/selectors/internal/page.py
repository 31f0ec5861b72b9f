"""Reads for the pages of an internal audit: the list, one audit, its sections, what this person may do next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import InternalAuditAct, ItemResult
from audits.models import (
    CorrectiveAction,
    InternalAudit,
    InternalAuditActHistory,
    InternalAuditItem,
    InternalAuditor,
    Nonconformity,
)
from audits.selectors.internal.report import Gaps, counts, filed_elsewhere, gaps
from audits.workflow import INTERNAL_AUDIT
from declarations.enums import DeclarationState
from declarations.models import Declaration


def audits_for(user: User) -> QuerySet[InternalAudit]:
    """The internal audits of the own organisation with what pages show, newest first."""
    return (
        InternalAudit.objects.visible_to(user)
        .select_related(
            "declaration__service__organisation",
            "declaration__edition",
            "declaration__internal_audit",
            "programme",
            "document__file",
            "document__job",
            "approved_by",
        )
        .order_by("-planned_at", "pk")
    )


def plannable_declarations(user: User) -> QuerySet[Declaration]:
    """Fixed declarations of the own organisation that have neither an internal audit nor a filed record of one."""
    if not policies.may_work(user):
        return Declaration.objects.none()
    return (
        Declaration.objects.filter(
            service__organisation=user.organisation_id,
            state=DeclarationState.FIXED,
            internal_audit_run__isnull=True,
            internal_audit__isnull=True,
        )
        .select_related("service__organisation")
        .order_by("-period_start", "pk")
    )


@dataclass(frozen=True, slots=True)
class SectionLine:
    """How far the items of a section are."""

    number: str
    title: str
    items: int
    free: int
    tested: int
    nonconforms: int
    mine: int


def section_lines(audit: InternalAudit, user: User) -> list[SectionLine]:
    """The sections with items, in order of the criteria. One query."""
    section = "control__parent__parent"
    rows = (
        InternalAuditItem.objects.filter(audit=audit)
        .values(
            number=F(f"{section}__number"),
            title=F(f"{section}__title"),
            place=F(f"{section}__sort_key"),
        )
        .annotate(
            items=Count("pk"),
            free=Count("pk", filter=Q(auditor__isnull=True)),
            tested=Count("pk", filter=~Q(result="")),
            nonconforms=Count("pk", filter=Q(result=ItemResult.NONCONFORMS)),
            mine=Count("pk", filter=Q(auditor__person=user.pk, result="")),
        )
        .order_by("place")
    )
    return [
        SectionLine(
            row["number"],
            row["title"],
            row["items"],
            row["free"],
            row["tested"],
            row["nonconforms"],
            row["mine"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class NextAct:
    """What comes next, in words; with an address where this person can do it."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One internal audit as its people see it."""

    audit: InternalAudit
    auditors: Sequence[InternalAuditor]
    sections: list[SectionLine]
    counts: Counter
    total: int
    tested: int
    gaps: Gaps
    nonconformities: int
    open_actions: int
    next: NextAct
    steps: list[dict[str, str]]
    may_plan: bool
    may_test: bool
    may_start: bool
    history: list[InternalAuditActHistory]

    @property
    def percent(self) -> int:
        """How much is tested."""
        return self.tested * 100 // self.total if self.total else 0


def audit_page(audit: InternalAudit, user: User) -> AuditPage:
    """Everything on the page of an audit; a constant number of queries."""
    auditors = list(
        audit.auditors.select_related("person").annotate(
            given=Count("items"), done=Count("items", filter=~Q(items__result=""))
        )
    )
    found, missing = counts(audit), gaps(audit)
    total = sum(found.values())
    sections = section_lines(audit, user)
    facts = Nonconformity.objects.live().filter(item__audit=audit)
    may_plan = policies.can_plan_internal_audit(user, audit.declaration)
    may_test = any(one.person_id == user.pk for one in auditors) and policies.may_work(user)
    free = sum(line.free for line in sections)
    has_all = audit.is_planned and bool(total) and not free
    can_start = has_all and may_plan and not filed_elsewhere(audit)
    return AuditPage(
        audit=audit,
        auditors=auditors,
        sections=sections,
        counts=found,
        total=total,
        tested=total - found[""],
        gaps=missing,
        nonconformities=facts.count(),
        open_actions=CorrectiveAction.objects.filter(
            nonconformity__in=facts, verification=""
        ).count(),
        next=_next(audit, auditors, sections, missing, total, free),
        steps=_steps(audit, auditors, total, free, missing),
        may_plan=may_plan,
        may_test=may_test and audit.is_running,
        may_start=can_start,
        history=list(audit.history.order_by("-occurred_at", "-pk")[:30]),
    )


def _next(
    audit: InternalAudit,
    auditors: Sequence[InternalAuditor],
    sections: list[SectionLine],
    missing: Gaps,
    total: int,
    free: int,
) -> NextAct:
    def to(name: str, text: str, label: str) -> NextAct:
        return NextAct(text, reverse(f"audits:{name}", args=[audit.pk]), label)

    if reason := filed_elsewhere(audit):
        url = reverse("audits:internal_audit", args=[audit.declaration_id])
        return NextAct(reason, url, _("提出した記録を開く"))
    if audit.is_planned:
        if not auditors:
            return to("internal_auditors", _("内部監査人を指名します。"), _("監査人を指名する"))
        if not total:
            return to("internal_select", _("監査する項目を選びます。"), _("項目を選ぶ"))
        if free:
            text = _("内部監査人が決まっていない項目が%(count)s件あります。") % {"count": free}
            return to("internal_assign", text, _("監査人を割り当てる"))
        return NextAct(_("計画がそろいました。監査を開始できます。"))
    if audit.is_running:
        return _next_while_running(audit, sections, missing, to)
    if audit.is_reported:
        text = _("報告書を承認しました。PDFを確かめて提出します。")
        return to("internal_report", text, _("報告書を開く"))
    return NextAct(_("提出済みです。是正処置の完了と検証は、この後も記録できます。"))


def _next_while_running(audit, sections, missing, to) -> NextAct:
    if missing.untested:
        text = _("未確認の項目が%(count)s件あります。") % {"count": len(missing.untested)}
        waiting = next(line for line in sections if line.tested < line.items)
        line = next((line for line in sections if line.mine), waiting)
        url = reverse("audits:internal_section", args=[audit.pk, line.number])
        return NextAct(text, url, _("%(number)sの結果を記録する") % {"number": line.number})
    if missing.unstated or missing.unanswered:
        text = _("不適合の記載か是正処置が足りない項目があります。")
        return to("nonconformities", text, _("不適合と是正処置を開く"))
    text = _("すべての項目を確認しました。報告書を承認できます。")
    return to("internal_report", text, _("報告書を確かめる"))


def _steps(audit, auditors, total, free, missing) -> list[dict[str, str]]:
    """Plan, fieldwork, correction, approval, filing, as components/step_nav.html shows them."""
    started = not audit.is_planned
    finished = started and not missing.untested
    approved = not audit.is_worked_on
    done = {
        _("監査人と項目"): bool(auditors and total and not free),
        _("監査の実施"): finished,
        _("不適合と是正処置"): finished and missing.is_ready,
        _("報告書の承認"): approved,
        _("提出"): audit.is_filed,
    }
    first_open = next((label for label, is_done in done.items() if not is_done), None)
    words = {"done": _("完了"), "now": _("いまここ"), "todo": _("未着手")}
    steps = []
    for label, is_done in done.items():
        state = "done" if is_done else "now" if label == first_open else "todo"
        steps.append({"label": label, "state": state, "state_label": words[state]})
    return steps


def allowed_moves(user: User, audit: InternalAudit) -> frozenset[str]:
    """Policy and workflow crossed once: the moves that this person may make now."""
    plans = policies.can_plan_internal_audit(user, audit.declaration)
    approves = policies.can_approve_internal_audit(user, audit)
    by = {
        InternalAuditAct.START: plans,
        InternalAuditAct.APPROVE: approves,
        InternalAuditAct.REOPEN: approves,
        InternalAuditAct.FILE: policies.can_file_internal_audit(user, audit.declaration),
    }
    return frozenset(
        move.name
        for move in INTERNAL_AUDIT.moves_from(audit.state)
        if by[InternalAuditAct(move.name)]
    )
