"""The public list: no session, no cookie, no script. Every page answers for an instant."""

import csv
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from registrations.forms.public import PublicListForm
from registrations.selectors.public import NAMES, Listing, data_rows, public_entry, state_label

PAGE_SIZE = 50
# Short, so that a suspension reaches every reader within the minute that it takes effect.
public_page = cache_control(public=True, max_age=30)


@require_safe
@login_not_required
@public_page
def public_list(request: HttpRequest) -> HttpResponse:
    """The list as a page of 50, searched and filtered by GET."""
    form = PublicListForm(request.GET, now=timezone.now())
    valid = form.is_valid()
    listing = Listing.at(form.instant)
    rows = listing.registrations(**form.criteria, facts=NAMES)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "listing": listing,
        "page": page,
        "rows": [(row, state_label(row)) for row in page],
        "query": request.GET,
    }
    return render(request, "registrations/public_list.html", context, status=200 if valid else 422)


@require_safe
@login_not_required
@public_page
def public_entry_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One service with everything published about it, as of the instant asked for."""
    form = PublicListForm(request.GET, now=timezone.now())
    valid = form.is_valid()
    listing = Listing.at(form.instant)
    entry = public_entry(listing, pk)
    if entry is None:
        raise Http404
    context = {
        "form": form,
        "listing": listing,
        "entry": entry,
        "state_label": state_label(entry.registration),
    }
    return render(request, "registrations/public_entry.html", context, status=200 if valid else 422)


@require_safe
@login_not_required
@public_page
def public_json(request: HttpRequest) -> HttpResponse:
    """The same rows as JSON, streamed; `as_of` states the instant that was answered."""
    form = PublicListForm(request.GET, now=timezone.now())
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    listing = Listing.at(form.instant)
    rows = listing.registrations(**form.criteria)
    return StreamingHttpResponse(
        _json(listing, rows), content_type="application/json; charset=utf-8"
    )


@require_safe
@login_not_required
@public_page
def public_csv(request: HttpRequest) -> HttpResponse:
    """The same rows as CSV for spreadsheets (UTF-8 with BOM), streamed; the first line states the instant."""
    form = PublicListForm(request.GET, now=timezone.now())
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    listing = Listing.at(form.instant)
    rows = listing.registrations(**form.criteria)
    response = StreamingHttpResponse(_csv(listing, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ismap-liu-list.csv"'
    return response


def _json(listing: Listing, rows: Any) -> Iterator[str]:
    as_of = json.dumps(timezone.localtime(listing.instant).isoformat(timespec="seconds"))
    yield f'{{"list": "ISMAP-LIU", "as_of": {as_of}, "services": ['
    for index, row in enumerate(data_rows(listing, rows)):
        yield ("," if index else "") + json.dumps(row, ensure_ascii=False)
    yield "]}"


class _Line:
    """What csv writes to: hands each line on at once."""

    def write(self, line: str) -> str:
        return line


def _csv(listing: Listing, rows: Any) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow(
        [_("基準時点"), timezone.localtime(listing.instant).isoformat(timespec="seconds")]
    )
    keys = ["state", "state_since"] + [column.key for column in listing.columns]
    yield writer.writerow(
        [_("状態"), _("状態の開始日時")] + [column.label for column in listing.columns]
    )
    for row in data_rows(listing, rows):
        yield writer.writerow([_cell(row.get(key, "")) for key in keys])


def _cell(value: Any) -> str:
    """One cell as text that no spreadsheet takes for a formula."""
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return (
        "'" + text
        if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
        else text
    )
