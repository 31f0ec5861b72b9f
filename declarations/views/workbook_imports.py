"""Bringing a workbook of statements back: the list of uploads, and what each would change."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from declarations import policies
from declarations.enums import DeclarationState
from declarations.filters import StatementFilter
from declarations.models import Declaration
from declarations.selectors.workbook_import import imports_of, preview_of, shown_of
from declarations.services import workbook as acts
from declarations.services.declaration import not_a_draft
from declarations.views.editor import breadcrumb, visible_declaration
from documents.workbook_pages import Desk, ImportPage, Words, imports_answer


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_imports(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Download, upload, and every workbook brought back so far."""
    declaration = _workable(request, pk)
    desk = _desk(declaration)
    narrowed = StatementFilter(None, declaration=declaration, user=request.user)
    return imports_answer(
        request,
        desk,
        imports_of(declaration),
        lambda upload: acts.start_import(declaration_id=pk, actor=request.user, upload=upload),
        filter_form=narrowed.form,
        closed="" if desk.is_open else not_a_draft(declaration),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_import(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> HttpResponse:
    """What the workbook would change; POST keeps the choices on the page, and applies when that is asked."""
    return _import_page(request, pk, workbook).answer()


@require_POST
def discard(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> HttpResponse:
    """Do without a workbook that waits."""
    return _import_page(request, pk, workbook).discard()


@require_POST
def undo(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> HttpResponse:
    """Give the rows back what they said before; name those that were left."""
    return _import_page(request, pk, workbook).undo()


def _workable(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    return declaration


def _import_page(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> ImportPage:
    declaration = _workable(request, pk)
    imported = get_object_or_404(imports_of(declaration), pk=workbook)
    where = [declaration.pk, imported.pk]
    return ImportPage(
        request=request,
        desk=_desk(declaration),
        imported=imported,
        shown=shown_of(declaration),
        preview=lambda: preview_of(imported, declaration),
        acts=acts,
        discard_url=reverse("declarations:workbook-discard", args=where),
        undo_url=reverse("declarations:workbook-undo", args=where),
    )


def _desk(declaration: Declaration) -> Desk:
    return Desk(
        url=declaration.get_absolute_url(),
        imports_url=reverse("declarations:workbook-imports", args=[declaration.pk]),
        download_url=reverse("declarations:workbook", args=[declaration.pk]),
        is_open=declaration.state == DeclarationState.DRAFT,
        words=Words(
            lead=_(
                "言明をブックに書き出し、Excelなどで入力して、取り込みます。取り込む前に、変わる内容を確認できます。"
            ),
            parts=_("章や条件で絞り込めます。何も選ばなければ、すべての管理策を書き出します。"),
            same=_("いまの言明と同じ内容です。"),
            unchanged=_("言明の内容は変わっていません。"),
            stopped=_("取込みをやめました。言明の内容は変わっていません。"),
            closed=_("作成中の言明ではないため、取り込めません。"),
            left=_(
                "次のセルがある行は取り込まず、言明の内容も変えていません。直した行は、もう一度アップロードするか、管理策の画面で入力してください。"
            ),
            back=_("言明の画面へ戻る"),
        ),
        above=breadcrumb(declaration),
    )
