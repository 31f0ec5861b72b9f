"""Choosing, assigning and testing the items of an internal audit."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import policies
from audits.forms.internal import (
    AssignForm,
    ReasonsForm,
    ResultForm,
    ResultsForm,
    SectionItemsForm,
)
from audits.models import InternalAudit
from audits.selectors.internal.items import (
    TestedRow,
    assign_lines,
    neighbours,
    section_items,
    section_selection,
    selection,
)
from audits.services.internal import items as services
from audits.views.internal.common import breadcrumb, planned_by, visible_audit
from core.exceptions import DomainError, EditConflictError
from core.views import posted, refused


@require_http_methods(["GET", "HEAD", "POST"])
def select(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add controls by reason, many at once; the sections lead to single controls."""
    audit = planned_by(request, pk)
    page = selection(audit)
    form = ReasonsForm(
        posted(request),
        initial={
            "version": audit.row_version,
            "reasons": [line.code for line in page.reasons if line.is_proposed],
        },
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            count = services.add_items(audit_id=pk, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            status = refused(form, error)
        else:
            messages.success(request, _("%(count)s項目を加えました。") % {"count": count})
            return redirect("audits:internal_select", pk)
    context = {
        "audit": audit,
        "page": page,
        "form": form,
        "ticked": form["reasons"].value() or [],
        "breadcrumb": breadcrumb(audit, (_("監査する項目"), "")),
    }
    return render(request, "audits/internal/select.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def select_section(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """Take controls of one section in or out."""
    audit = planned_by(request, pk)
    rows = section_selection(audit, section)
    if not rows:
        raise Http404
    form = SectionItemsForm(
        posted(request),
        initial={"version": audit.row_version},
        numbers=[row.candidate.number for row in rows],
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        sent = form.cleaned_data
        act = services.add_items if sent["act"] == "add" else services.remove_items
        try:
            count = act(audit_id=pk, actor=request.user, version=sent["version"], numbers=sent["n"])
        except DomainError as error:
            status = refused(form, error)
        else:
            words = (
                _("%(count)s項目を加えました。")
                if sent["act"] == "add"
                else _("%(count)s項目を外しました。")
            )
            messages.success(request, words % {"count": count})
            return redirect("audits:internal_select_section", pk, section)
    context = {
        "audit": audit,
        "section": section,
        "title": rows[0].candidate.section_title,
        "rows": rows,
        "form": form,
        "ticked": request.POST.getlist("n") if form.is_bound else [],
        "breadcrumb": breadcrumb(audit, (_("監査する項目"), _select_url(audit)), (section, "")),
    }
    return render(request, "audits/internal/select_section.html", context, status=status)


def _select_url(audit: InternalAudit) -> str:
    return f"{audit.get_absolute_url()}select/"


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give sections to auditors. Own work stays free and is named."""
    audit = planned_by(request, pk)
    lines = assign_lines(audit)
    form = AssignForm(
        posted(request),
        initial={"version": audit.row_version},
        auditors=audit.auditors.select_related("person"),
        sections=[(line.number, line.title) for line in lines],
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        sent = form.cleaned_data
        try:
            assigned = services.assign_items(
                audit_id=pk,
                actor=request.user,
                version=sent["version"],
                auditor_id=sent["auditor"],
                sections=sent["sections"],
                only_free=sent["only_free"],
            )
        except DomainError as error:
            status = refused(form, error)
        else:
            _tell(request, audit, sent["auditor"], assigned)
            return redirect("audits:internal_assign", pk)
    context = {
        "audit": audit,
        "form": form,
        "lines": lines,
        "ticked": request.POST.getlist("sections") if form.is_bound else [],
        "breadcrumb": breadcrumb(audit, (_("監査人の割当て"), "")),
    }
    return render(request, "audits/internal/assign.html", context, status=status)


SHOWN = 12


def _tell(
    request: HttpRequest, audit: InternalAudit, auditor_id: int, assigned: services.Assigned
) -> None:
    if assigned.count or not assigned.own:
        messages.success(request, _("%(count)s項目を割り当てました。") % {"count": assigned.count})
    if assigned.own:
        name = audit.auditors.select_related("person").get(pk=auditor_id).person.name
        shown = "、".join(assigned.own[:SHOWN])
        if len(assigned.own) > SHOWN:
            shown = _("%(shown)sなど") % {"shown": shown}
        messages.warning(
            request,
            _(
                "%(name)sさんが言明を書いたか担当している%(count)s項目（%(shown)s）は、自らの業務に当たるため割り当てていません。"
                "ほかの内部監査人に割り当ててください。"
            )
            % {"name": name, "count": len(assigned.own), "shown": shown},
        )


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """The items of one section; their auditors record the results here, many at once."""
    audit = visible_audit(request, pk)
    rows = section_items(audit, section, request.user)
    if not rows:
        raise Http404
    if request.method == "POST" and not policies.can_test(request.user, audit):
        raise PermissionDenied
    is_open = audit.is_running and any(row.is_mine for row in rows)
    sent = request.POST if request.method == "POST" else None
    day = ResultsForm(sent)
    lines = [(row, _row_form(row, sent)) for row in rows]
    mine = [(row, form) for row, form in lines if form is not None]
    status, problems, conflicts = (422 if sent is not None else 200), [], {}
    if sent is not None and day.is_valid() and all(form.is_valid() for _row, form in mine):
        try:
            changed = services.record_results(
                audit_id=pk,
                actor=request.user,
                edits=[_edit(row, form, day.cleaned_data["tested_on"]) for row, form in mine],
            )
        except EditConflictError as error:
            conflicts, status = {item.pk: item for item in error.current}, 409
            _show_present(mine, conflicts)
            problems = [str(error)]
        except DomainError as error:
            problems = [str(error)]
        else:
            messages.success(request, _("%(count)s項目を保存しました。") % {"count": len(changed)})
            return redirect("audits:internal_section", pk, section)
    before, after = neighbours(audit, section)
    context = {
        "audit": audit,
        "section": rows[0].item.control.parent.parent if rows else None,
        "lines": [(row, form, conflicts.get(row.item.pk)) for row, form in lines],
        "day": day,
        "problems": problems,
        "is_open": is_open,
        "before": before,
        "after": after,
        "breadcrumb": breadcrumb(audit, (section, "")),
    }
    return render(request, "audits/internal/section.html", context, status=status)


def _row_form(row: TestedRow, sent: Any) -> ResultForm | None:
    """The form of an own row; None for the rows of others."""
    if not row.is_mine or not row.item.audit.is_running:
        return None
    item = row.item
    return ResultForm(
        sent,
        prefix=f"i{item.pk}",
        initial={
            "version": item.row_version,
            "result": item.result,
            "method": item.method,
            "sample": item.sample,
            "note": item.note,
        },
    )


def _edit(row: TestedRow, form: ResultForm, day) -> services.ResultEdit:
    """A row keeps its day while its result stays."""
    sent, item = form.cleaned_data, row.item
    kept = item.tested_on if item.tested_on and item.result == sent["result"] else day
    return services.ResultEdit(
        item_id=item.pk,
        version=sent["version"],
        method=sent["method"],
        sample=sent["sample"],
        result=sent["result"],
        note=sent["note"],
        tested_on=kept,
    )


def _show_present(mine: list[tuple[TestedRow, ResultForm]], conflicts: dict[int, Any]) -> None:
    """Sent again, the form answers what is shown now."""
    for row, form in mine:
        if row.item.pk in conflicts:
            form.data = form.data.copy()
            form.data[form.add_prefix("version")] = conflicts[row.item.pk].row_version
