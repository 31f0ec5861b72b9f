"""One control of the fieldwork: its paper, sample, evidence, and leaving it out."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.enums import SEEDED_METHODS
from audits.forms.engagement import ReasonForm, VersionForm
from audits.forms.fieldwork import ReviewedForm, SampleForm, TestForm
from audits.models import Engagement
from audits.selectors.fieldwork_pages import ControlPage, control_page
from audits.selectors.pinned import Pinned
from audits.selectors.reviewable import reviewable_files
from audits.services import fieldwork as services
from audits.services.fieldwork_sample import add_reviewed, draw_sample
from audits.services.fieldwork_scope import resume_test, skip_inherited
from audits.views.fieldwork import breadcrumb, fieldwork_url
from audits.views.snapshot import readable_engagement
from core.exceptions import DomainError, EditConflictError


@require_http_methods(["GET", "HEAD", "POST"])
def control(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Everything about one control; for a script the fields of its row. POST records its paper."""
    engagement = readable_engagement(request, pk)
    if request.method != "POST":
        return _page(request, engagement, number)
    form = TestForm(request.POST, number=number)
    if not form.is_valid():
        return _page(request, engagement, number, form=form, status=422)
    try:
        done = services.record_tests(
            engagement_id=pk, actor=request.user, edits=[form.edit(number)]
        )
    except EditConflictError as error:
        return _page(request, engagement, number, form=form, refusal=str(error), status=409)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, engagement, number, form=form, status=422)
    words = _("%(number)s を記録しました。") % {"number": number}
    messages.success(request, words if done.changed else _("変更はありませんでした。"))
    return redirect("audits:fieldwork_control", pk, number)


@require_POST
def sample(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Draw a sample."""
    engagement = readable_engagement(request, pk)
    form = SampleForm(request.POST)
    if form.is_valid():
        try:
            draw_sample(engagement_id=pk, actor=request.user, number=number, **form.cleaned_data)
        except EditConflictError as error:
            return _page(request, engagement, number, sample=form, refusal=str(error), status=409)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("サンプルを抽出しました。"))
            return redirect("audits:fieldwork_control", pk, number)
    return _page(request, engagement, number, sample=form, status=422)


@require_POST
def skip(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Leave out the procedures of an inherited control, with the reason."""
    engagement = readable_engagement(request, pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            skip_inherited(engagement_id=pk, actor=request.user, number=number, **form.cleaned_data)
        except EditConflictError as error:
            return _page(request, engagement, number, skip=form, refusal=str(error), status=409)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(number)s の手続を省略しました。") % {"number": number})
            return redirect("audits:fieldwork_control", pk, number)
    return _page(request, engagement, number, skip=form, status=422)


@require_POST
def resume(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Take the procedures of a skipped control up again."""
    readable_engagement(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("画面が古くなっています。もう一度操作してください。"))
        return redirect("audits:fieldwork_control", pk, number)
    try:
        resume_test(engagement_id=pk, actor=request.user, number=number, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(number)s の省略を取り消しました。") % {"number": number})
    return redirect("audits:fieldwork_control", pk, number)


@require_POST
def reviewed(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Record that a file was looked at."""
    engagement = readable_engagement(request, pk)
    form = ReviewedForm(request.POST, files=reviewable_files(engagement, number))
    if form.is_valid():
        try:
            add_reviewed(
                engagement_id=pk,
                actor=request.user,
                number=number,
                file_id=uuid.UUID(form.cleaned_data["file"]),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("閲覧した証跡を記録しました。"))
            return redirect("audits:fieldwork_control", pk, number)
    return _page(request, engagement, number, reviewed=form, status=422)


def _page(
    request: HttpRequest,
    engagement: Engagement,
    number: str,
    *,
    form: TestForm | None = None,
    sample: SampleForm | None = None,
    skip: ReasonForm | None = None,
    reviewed: ReviewedForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, or the open row for a script; after a refusal with what was typed."""
    pinned = Pinned.of(engagement)
    page = control_page(engagement, number, pinned, request.user)
    if page is None:
        raise Http404
    if request.htmx:
        context = {"page": page, "form": TestForm.showing(page.test)}
        return render(request, "audits/fieldwork/_opened.html", context)
    files = reviewable_files(engagement, number, pinned)
    seen = list(page.test.reviewed.select_related("file", "added_by"))
    known = {one.file_id for one in seen}
    version = {"version": page.test.row_version}
    bound = form or sample or skip or reviewed
    context = _forms(page, form, sample, skip, refusal=bool(refusal)) | {
        "page": page,
        "refusal": refusal,
        "errors": bound,
        "reviewed": seen,
        "own_sha256": {one["sha256"] for one in page.declared["evidence"]},
        "reviewed_form": reviewed
        or ReviewedForm(files=[file for file in files if file.pk not in known]),
        "has_files": any(file.pk not in known for file in files),
        "version": version["version"],
        "is_seeded": page.test.sample_method in SEEDED_METHODS,
        "breadcrumb": breadcrumb(
            engagement,
            (_("監査手続"), fieldwork_url(engagement)),
            (
                f"{page.section} {page.section_title}",
                reverse("audits:fieldwork_section", args=[engagement.pk, page.section]),
            ),
            (number, ""),
        ),
    }
    return render(request, "audits/fieldwork/control.html", context, status=status)


def _forms(
    page: ControlPage,
    form: TestForm | None,
    sample: SampleForm | None,
    skip: ReasonForm | None,
    *,
    refusal: bool,
) -> dict[str, Any]:
    """The forms of the page. After a conflict each answers to what is stored now: the page shows both."""
    test = page.test
    version = {"version": test.row_version}
    taken = form.taken(test) if form and refusal else ""
    if form is not None:
        seen = test.row_version if refusal else form.version_sent(test.row_version)
        form = form.completed(test, version=seen)
    if refusal:
        sample = SampleForm(sample.data.dict() | version) if sample else None
        skip = ReasonForm(skip.data.dict() | version) if skip else None
    drawn = {"population_size": test.population_size, "sample_size": test.sample_size}
    return {
        "form": form or TestForm.showing(test),
        "sample_form": sample or SampleForm(initial=version | drawn),
        "skip_form": skip or ReasonForm(initial=version),
        "taken": taken,
    }
