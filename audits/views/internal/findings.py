"""Nonconformities and corrective actions: the auditor's fact, the owner's answer, the verification."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.forms.internal import (
    AnswerForm,
    DoneForm,
    RaiseForm,
    RewordForm,
    SaidForm,
    VerifyForm,
)
from audits.models import CorrectiveAction, InternalAuditItem, Nonconformity
from audits.selectors.internal.page import audits_for
from audits.selectors.internal.report import actions_of, findings
from audits.services.internal import findings as services
from audits.views.internal.common import breadcrumb, form_page, tabs, visible_audit
from core.views import posted
from declarations.selectors.colleagues import colleagues


@require_safe
def nonconformities(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The nonconformities of one audit with their actions."""
    audit = visible_audit(request, pk)
    context = {
        "audit": audit,
        "findings": findings(audit),
        "breadcrumb": breadcrumb(audit, (_("不適合と是正処置"), "")),
        "tabs": tabs(audit, "audits:nonconformities"),
    }
    return render(request, "audits/internal/nonconformities.html", context)


@require_safe
def nonconformity(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One nonconformity: the fact, its answers, and what this person may do."""
    found = _visible(request, pk)
    audit, user = found.item.audit, request.user
    (actions,) = actions_of([found])
    for action in actions:
        action.nonconformity = found
    latest = actions[-1] if actions else None
    is_live, is_answered = (
        not found.is_withdrawn,
        bool(latest and latest.verification != "ineffective"),
    )
    is_own = found.item.auditor.person_id == user.pk and policies.can_test(user, audit)
    context = {
        "audit": audit,
        "found": found,
        "actions": actions,
        "may_reword": is_own and audit.is_running and is_live and not actions,
        "may_withdraw": is_own and audit.is_running and is_live,
        "may_answer": is_live
        and not is_answered
        and not audit.is_reported
        and policies.can_answer_nonconformity(user, found),
        "may_finish": latest and not latest.is_done and policies.can_finish_action(user, latest),
        "may_verify": latest
        and latest.is_done
        and not latest.is_verified
        and policies.can_verify_action(user, latest),
        "latest": latest,
        "breadcrumb": _breadcrumb(found, ""),
    }
    return render(request, "audits/internal/nonconformity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def raise_one(request: HttpRequest, pk: uuid.UUID, item: int) -> HttpResponse:
    """State a nonconformity of an item that does not conform."""
    audit = visible_audit(request, pk)
    row = get_object_or_404(
        InternalAuditItem.objects.select_related("control__parent__parent", "auditor"),
        pk=item,
        audit=audit,
    )
    if not policies.can_test(request.user, audit):
        raise PermissionDenied
    back = reverse("audits:internal_section", args=[pk, row.control.parent.parent.number])
    page = {
        "title": _("%(number)sの不適合の記録") % {"number": row.control.number},
        "lead": row.control.title,
        "submit_label": _("記録する"),
        "cancel_url": back,
        "breadcrumb": breadcrumb(audit, (_("不適合の記録"), "")),
    }
    return form_page(
        request,
        RaiseForm(posted(request)),
        lambda sent: services.raise_nonconformity(item_id=item, actor=request.user, **sent),
        page=page,
        done=_("不適合を記録しました。責任者が原因と是正処置を回答します。"),
        then=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say the fact better, until it is answered."""
    found = _visible(request, pk)
    _require(policies.can_test(request.user, found.item.audit))
    page = _page(found, _("不適合の記載の変更"), _("変更する")) | {
        "conflict_of": lambda current: _("先に保存された内容：%(fact)s") % {"fact": current.fact},
    }
    form = RewordForm(
        posted(request),
        initial={
            "version": found.row_version,
            "severity": found.severity,
            "fact": found.fact,
        },
    )
    return form_page(
        request,
        form,
        lambda sent: services.reword_nonconformity(nonconformity_id=pk, actor=request.user, **sent),
        page=page,
        done=_("不適合の記載を変更しました。"),
        then=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a nonconformity back, with a reason."""
    found = _visible(request, pk)
    _require(policies.can_test(request.user, found.item.audit))
    page = _page(found, _("不適合の取下げ"), _("取り下げる")) | {
        "lead": _("取り下げた不適合は記録に残り、報告書には載りません。"),
        "is_danger": True,
    }
    return form_page(
        request,
        SaidForm(posted(request)),
        lambda sent: services.withdraw_nonconformity(
            nonconformity_id=pk, actor=request.user, **sent
        ),
        page=page,
        done=_("不適合を取り下げました。"),
        then=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Cause and corrective action, by somebody else than the auditor."""
    found = _visible(request, pk)
    _require(policies.can_answer_nonconformity(request.user, found))
    form = AnswerForm(posted(request), people=colleagues(found.item.audit.declaration))

    def act(sent):
        services.answer_nonconformity(
            nonconformity_id=pk,
            actor=request.user,
            creation_key=sent["creation_key"],
            facts=services.AnswerFacts(
                sent["cause"], sent["action"], sent["owner"].pk, sent["due"]
            ),
        )

    page = _page(found, _("原因と是正処置"), _("是正処置を計画する")) | {"lead": found.fact}
    return form_page(
        request,
        form,
        act,
        page=page,
        done=_("是正処置を計画しました。"),
        then=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def action_done(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The owner says that the action was carried out."""
    action = _visible_action(request, pk)
    found = action.nonconformity
    _require(policies.can_finish_action(request.user, action))
    page = _page(found, _("是正処置の完了"), _("完了を記録する")) | {"lead": action.action}
    return form_page(
        request,
        DoneForm(posted(request)),
        lambda sent: services.finish_action(action_id=pk, actor=request.user, **sent),
        page=page,
        done=_("是正処置の完了を記録しました。内部監査人が検証します。"),
        then=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def action_verify(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An auditor who is not the owner verifies the action."""
    action = _visible_action(request, pk)
    found = action.nonconformity
    _require(policies.can_verify_action(request.user, action))
    page = _page(found, _("是正処置の検証"), _("検証を記録する")) | {
        "lead": action.done_note or action.action,
        "conflict_of": _saved_verification,
    }
    return form_page(
        request,
        VerifyForm(posted(request), initial={"version": action.row_version}),
        lambda sent: services.verify_action(action_id=pk, actor=request.user, **sent),
        page=page,
        done=_("検証の結果を記録しました。"),
        then=found.get_absolute_url(),
    )


def _saved_verification(current: CorrectiveAction) -> str:
    if not current.is_verified:
        return _("先に保存された完了の記録：%(note)s") % {"note": current.done_note}
    return _("先に保存された検証：%(result)s。%(note)s") % {
        "result": current.get_verification_display(),
        "note": current.verification_note,
    }


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _page(found: Nonconformity, title: str, submit_label: str) -> dict:
    return {
        "title": title,
        "submit_label": submit_label,
        "cancel_url": found.get_absolute_url(),
        "breadcrumb": _breadcrumb(found, title),
    }


def _breadcrumb(found: Nonconformity, here: str) -> list[dict[str, str]]:
    audit = found.item.audit
    label = f"No.{found.number} {found.item.control.number}"
    if here:
        return breadcrumb(audit, (label, found.get_absolute_url()), (here, ""))
    listed = (_("不適合と是正処置"), reverse("audits:nonconformities", args=[audit.pk]))
    return breadcrumb(audit, listed, (label, ""))


def _visible(request: HttpRequest, pk: uuid.UUID) -> Nonconformity:
    rows = Nonconformity.objects.visible_to(request.user).select_related(
        "item__control", "item__auditor__person", "raised_by"
    )
    found = get_object_or_404(rows, pk=pk)
    found.item.audit = audits_for(request.user).get(pk=found.item.audit_id)
    return found


def _visible_action(request: HttpRequest, pk: uuid.UUID) -> CorrectiveAction:
    rows = CorrectiveAction.objects.filter(
        nonconformity__in=Nonconformity.objects.visible_to(request.user)
    )
    action = get_object_or_404(rows.select_related("owner"), pk=pk)
    action.nonconformity = _visible(request, action.nonconformity_id)
    return action
