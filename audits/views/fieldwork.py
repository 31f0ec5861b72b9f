"""Fieldwork of an engagement: overview, scope, what changed after fixing, one section as a table."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms.fieldwork import AssignForm, PullForm, TestForm
from audits.models import ControlTest, Engagement
from audits.selectors.fieldwork_pages import changed_rows, may_work, overview, team_of
from audits.selectors.fieldwork_progress import chapters_of
from audits.selectors.fieldwork_rows import (
    CHOICES,
    FILTERS,
    PaperRow,
    filter_counts,
    paper_row,
    papers_of,
    section_rows,
)
from audits.selectors.pinned import Pinned
from audits.services import fieldwork as services
from audits.services.fieldwork_scope import pull_into_scope, set_scope
from audits.views.snapshot import readable_engagement
from core.exceptions import DomainError, EditConflictError

VERSION_KEY = re.compile(r"([0-9.]{3,20}(?:\.(?:P|B|PB))?)-version")
CHANGED_REASON = "確定後に言明が変更されたため。"


@require_safe
def fieldwork(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far every section has come, and what is to be done next."""
    page = overview(readable_engagement(request, pk), request.user)
    context = {"page": page, "breadcrumb": breadcrumb(page.engagement, (_("監査手続"), ""))}
    return render(request, "audits/fieldwork/overview.html", context)


@require_POST
def scope(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take into scope what the plan asks for."""
    readable_engagement(request, pk)
    try:
        added = set_scope(engagement_id=pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        words = _("%(count)s項目を対象に加えました。") % {"count": f"{len(added):,}"}
        messages.success(request, words if added else _("対象はすでにそろっています。"))
    return redirect("audits:fieldwork", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def pull(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take single controls into scope, with the reason. `?n=` names some of them beforehand."""
    engagement = readable_engagement(request, pk)
    named = request.GET.getlist("n")
    initial = {"numbers": "、".join(named), "reason": CHANGED_REASON} if named else {}
    form = PullForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            added = pull_into_scope(engagement_id=pk, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            words = _("%(numbers)s を対象に加えました。") % {"numbers": "、".join(added[:10])}
            messages.success(request, words if added else _("すでに対象に入っています。"))
            return redirect("audits:fieldwork", pk)
    context = {
        "form": form,
        "title": _("対象への項目の追加"),
        "lead": _("監査計画にない項目を、理由を付けて対象に加えます。理由は記録に残ります。"),
        "submit_label": _("対象に追加する"),
        "cancel_url": reverse("audits:fieldwork", args=[pk]),
        "breadcrumb": breadcrumb(
            engagement, (_("監査手続"), fieldwork_url(engagement)), (_("項目の追加"), "")
        ),
    }
    status = 422 if form.is_bound else 200
    return render(request, "forms/form_page.html", context, status=status)


@require_safe
def changes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the provider changed after the audited version was fixed, with both texts."""
    engagement = readable_engagement(request, pk)
    pinned = Pinned.of(engagement)
    rows = changed_rows(engagement, pinned)
    context = {
        "engagement": engagement,
        "newest_version": pinned.newest_version,
        "is_other_edition": pinned.is_other_edition,
        "rows": rows,
        "may_pull": may_work(request.user, engagement) and any(row.can_be_pulled for row in rows),
        "breadcrumb": breadcrumb(
            engagement, (_("監査手続"), fieldwork_url(engagement)), (_("確定後の変更"), "")
        ),
    }
    return render(request, "audits/fieldwork/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """The papers of one section as a table; POST records the rows that were changed."""
    engagement = readable_engagement(request, pk)
    if request.method != "POST":
        return _section_page(request, engagement, section)
    forms = _sent(request)
    if not forms:
        messages.error(request, _("画面が古くなっています。もう一度操作してください。"))
        return redirect(request.get_full_path())
    wrong = [form for form in forms.values() if not form.is_valid()]
    if not wrong:
        edits = [form.edit(number) for number, form in forms.items()]
        try:
            done = services.record_tests(
                engagement_id=pk,
                actor=request.user,
                edits=[edit for edit in edits if edit.changes],
            )
        except EditConflictError as conflict:
            return _refused(request, engagement, section, forms, conflict, status=409)
        except DomainError as error:
            return _refused(request, engagement, section, forms, error, status=422)
        words = _("%(count)s項目を記録しました。") % {"count": len(done.changed)}
        messages.success(request, words if done.changed else _("変更はありませんでした。"))
        return redirect(request.get_full_path())
    return _refused(request, engagement, section, forms, None, status=422)


@require_POST
def assign(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """Give the ticked rows of a section to a member of the team, or to nobody."""
    engagement = readable_engagement(request, pk)
    numbers = papers_of(engagement, section).values_list("control__number", flat=True)
    form = AssignForm(request.POST, numbers=numbers, team=team_of(engagement))
    if form.is_valid():
        chosen = form.cleaned_data["assignee"]
        try:
            count = services.assign(
                engagement_id=pk,
                actor=request.user,
                numbers=form.cleaned_data["n"],
                assignee_id=uuid.UUID(chosen) if chosen else None,
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(count)s項目の担当を変更しました。") % {"count": count})
    else:
        for errors in form.errors.values():
            messages.error(request, errors[0])
    return redirect("audits:fieldwork_section", pk, section)


def _sent(request: HttpRequest) -> dict[str, TestForm]:
    numbers = [found[1] for key in request.POST if (found := VERSION_KEY.fullmatch(key))]
    return {number: TestForm(request.POST, number=number) for number in numbers}


def _section_page(
    request: HttpRequest,
    engagement: Engagement,
    section: str,
    *,
    rows: Page | None = None,
    pinned: Pinned | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    chapters = chapters_of(engagement)
    places = [one for chapter in chapters for one in chapter.sections]
    here = next((at for at, one in enumerate(places) if one.number == section), None)
    if here is None:
        raise Http404
    pinned = pinned or Pinned.of(engagement)
    show = request.GET.get("show", "")
    if rows is None:
        rows = section_rows(
            engagement,
            section,
            pinned=pinned,
            show=show,
            user=request.user,
            page=request.GET.get("page", "1"),
        )
    counts = filter_counts(engagement, section, pinned, request.user)
    is_working = may_work(request.user, engagement)
    context = {
        "engagement": engagement,
        "section": places[here],
        "page": rows,
        "query": request.GET,
        "show": show if show in FILTERS else "",
        "filters": [
            {"name": name, "label": label, "count": counts[name]} for name, label in FILTERS.items()
        ],
        "choices": CHOICES,
        "refusal": refusal,
        "may_work": is_working,
        "team": team_of(engagement) if is_working else [],
        "before": places[here - 1] if here else None,
        "after": places[here + 1] if here + 1 < len(places) else None,
        "breadcrumb": breadcrumb(
            engagement, (_("監査手続"), fieldwork_url(engagement)), (section, "")
        ),
    }
    return render(request, "audits/fieldwork/section.html", context, status=status)


def _refused(
    request: HttpRequest,
    engagement: Engagement,
    section: str,
    forms: dict[str, TestForm],
    error: DomainError | None,
    *,
    status: int,
) -> HttpResponse:
    """The sent rows again, as they were typed, each with what is stored now where that differs; no filter hides any."""
    pinned = Pinned.of(engagement)
    stale = error.current if isinstance(error, EditConflictError) else {}
    papers = papers_of(engagement, section).filter(control__number__in=list(forms))
    rows = [_typed_row(test, pinned, forms[test.control.number], stale) for test in papers]
    said = str(error) if error else _("入力に誤りがあります。赤い印の行を直してください。")
    return _section_page(
        request,
        engagement,
        section,
        rows=Paginator(rows, max(len(rows), 1)).get_page(1),
        pinned=pinned,
        refusal=said,
        status=status,
    )


def _typed_row(
    test: ControlTest, pinned: Pinned, form: TestForm, stale: dict[str, ControlTest]
) -> PaperRow:
    row = paper_row(test, pinned)
    row.design_result = form.typed("design_result", test.design_result)
    row.operating_result = form.typed("operating_result", test.operating_result)
    if row.number in stale:
        row.refusal = form.taken(test)
    else:
        # Somebody else may save in the meantime: the next save answers to what the person saw.
        row.version = form.version_sent(test.row_version)
        row.shown = form.typed("shown", row.shown)
        row.refusal = "　".join(dict.fromkeys(e for es in form.errors.values() for e in es))
    if form.has_texts:
        row.form = form.completed(test, version=row.version)
    return row


def fieldwork_url(engagement: Engagement) -> str:
    """The overview."""
    return reverse("audits:fieldwork", args=[engagement.pk])


def breadcrumb(engagement: Engagement, *places: tuple[str, str]) -> Sequence[dict[str, Any]]:
    """From the list of engagements down to this page; the last place has no address."""
    above = [
        (_("監査業務"), reverse("audits:engagements")),
        (engagement.declaration.service.name, engagement.get_absolute_url()),
    ]
    return [{"label": label, "url": url} for label, url in [*above, *places]]
