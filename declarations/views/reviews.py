"""Row review between colleagues: asking about selected rows, agreeing, sending back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError
from core.views import act_page, posted
from declarations import policies
from declarations.forms.team import AgreeForm, ReturnForm, ReviewForm
from declarations.models import Declaration, Statement
from declarations.selectors.colleagues import colleagues
from declarations.services.review import agree_review, request_review, return_review
from declarations.views.answers import refusal_status
from declarations.views.editor import breadcrumb
from declarations.views.selection import (
    applied,
    editable_declaration,
    list_url,
    selected_page,
    selected_rows,
)
from declarations.views.statements import found_statement, section_url, statement_answer


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask a colleague to look at the selected rows."""
    declaration = editable_declaration(request, pk)
    selection, elsewhere = selected_rows(request, declaration)
    if elsewhere:
        return elsewhere
    form = ReviewForm(applied(request), people=colleagues(declaration))

    def send(data: dict[str, Any]) -> Any:
        asked = request_review(
            declaration_id=pk,
            actor=request.user,
            numbers=selection.numbers,
            reviewer_id=uuid.UUID(data["reviewer"]),
            note=data["note"],
        )
        messages.success(
            request, _("%(count)s件の確認を依頼しました。") % {"count": f"{asked.rows:,}"}
        )
        if asked.left:
            messages.warning(
                request,
                _("依頼先の人が最後に書いた次の項目は、依頼していません：%(numbers)s")
                % {"numbers": "、".join(asked.left[:20])},
            )
        return list_url(declaration, selection)

    page = selected_page(declaration, selection, _("確認を依頼する"), _("確認を依頼する"))
    return act_page(request, form, send, page, template="declarations/team/selected.html")


@require_POST
def agree(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """The reviewer agrees with the row as it was shown."""
    declaration, found = _asked(request, pk, number)
    form = AgreeForm(request.POST)
    try:
        if not form.is_valid():
            raise DomainError(form.errors["version"][0])
        agree_review(
            declaration_id=pk,
            actor=request.user,
            number=number,
            version=form.cleaned_data["version"],
        )
    except DomainError as error:
        messages.error(request, str(error))
        return statement_answer(request, declaration, number, status=refusal_status(error))
    messages.success(request, _("%(number)s を確認済みにしました。") % {"number": number})
    return redirect(section_url(declaration, found))


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """The reviewer sends the row back with a reason."""
    declaration, found = _asked(request, pk, number)

    def give_back(data: dict[str, Any]) -> str:
        return_review(declaration_id=pk, actor=request.user, number=number, reason=data["reason"])
        messages.success(request, _("%(number)s を差し戻しました。") % {"number": number})
        return section_url(declaration, found)

    back = section_url(declaration, found)
    page = {
        "title": _("%(number)s を差し戻す") % {"number": number},
        "lead": found.control.title or found.control.parent.title,
        "submit_label": _("差し戻す"),
        "cancel_url": back,
        "breadcrumb": breadcrumb(declaration, (number, back), (_("差戻し"), "")),
    }
    return act_page(request, ReturnForm(posted(request)), give_back, page)


def _asked(request: HttpRequest, pk: uuid.UUID, number: str) -> tuple[Declaration, Statement]:
    """The row for the colleague who was asked about it."""
    declaration = editable_declaration(request, pk)
    found = found_statement(declaration, number)
    found.declaration = declaration
    if found.reviewer_id and not policies.can_review_statement(request.user, found):
        raise PermissionDenied
    return declaration, found
