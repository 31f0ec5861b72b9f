"""Working papers in Excel: download, the list of uploads, and what each would change."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms.workbook import PartForm
from audits.models import Engagement
from audits.selectors.fieldwork_progress import chapters_of
from audits.selectors.fieldwork_rows import narrowed
from audits.selectors.pinned import Pinned
from audits.selectors.workbook import declared_texts, scope_of, sheet_rows
from audits.selectors.workbook_import import imports_of, preview_of, shown_of
from audits.services import workbook as acts
from audits.services.engagement import require_open_records
from audits.views.fieldwork import breadcrumb, fieldwork_url
from audits.views.snapshot import readable_engagement
from audits.workbook.writing import workbook_bytes
from core.calendar import JST, format_wareki
from core.exceptions import DomainError
from documents.workbook.writing import SheetFacts
from documents.workbook_pages import Desk, ImportPage, Words, imports_answer, workbook_answer


@require_safe
def workbook(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The working papers as .xlsx: all of them, or what the parameters of `PartForm` leave."""
    engagement = readable_engagement(request, pk)
    section, show = PartForm(request.GET, chapters=chapters_of(engagement)).chosen
    pinned, now = Pinned.of(engagement), timezone.now().astimezone(JST)
    papers = narrowed(scope_of(engagement), show, pinned, request.user)
    if section:
        papers = papers.filter(control__parent__parent__number=section)
    declaration, part = engagement.declaration, _part(section, show)
    facts = SheetFacts(
        origin=str(engagement.pk),
        edition=pinned.frozen.content["edition"]["code"],
        service=declaration.service.name,
        period=_("%(start)sから%(end)sまで")
        % {
            "start": format_wareki(declaration.period_start, weekday=False),
            "end": format_wareki(declaration.period_end, weekday=False),
        },
        part=part,
        exported_at=now,
    )
    content = workbook_bytes(sheet_rows(papers, declared_texts(pinned)), facts)
    name = _("監査手続_%(part)s_%(day)s_%(service)s.xlsx") % {
        "service": declaration.service.name[:60],
        "part": part,
        "day": f"{now:%Y%m%d}",
    }
    return workbook_answer(content, name)


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Download, upload, and every workbook brought back so far."""
    engagement = readable_engagement(request, pk)
    closed = _closed(engagement)
    return imports_answer(
        request,
        _desk(engagement, closed),
        imports_of(engagement),
        lambda upload: acts.start_import(engagement_id=pk, actor=request.user, upload=upload),
        filter_form=PartForm(chapters=chapters_of(engagement)),
        closed=closed,
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
    """Give the papers back what they said before; name those that were left."""
    return _import_page(request, pk, workbook).undo()


def _part(section: str, show: str) -> str:
    """What the workbook holds, in one or two words."""
    if show:
        return _("絞り込み")
    return _("%(section)s節") % {"section": section} if section else _("全体")


def _closed(engagement: Engagement) -> str:
    """Why no paper can be written now; empty when some can."""
    try:
        require_open_records(engagement)
    except DomainError as error:
        return str(error)
    return ""


def _import_page(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> ImportPage:
    engagement = readable_engagement(request, pk)
    imported = get_object_or_404(imports_of(engagement), pk=workbook)
    where = [engagement.pk, imported.pk]
    return ImportPage(
        request=request,
        desk=_desk(engagement, _closed(engagement)),
        imported=imported,
        shown=shown_of(engagement),
        preview=lambda: preview_of(imported, engagement),
        acts=acts,
        discard_url=reverse("audits:fieldwork_import_discard", args=where),
        undo_url=reverse("audits:fieldwork_import_undo", args=where),
    )


def _desk(engagement: Engagement, closed: str) -> Desk:
    return Desk(
        url=fieldwork_url(engagement),
        imports_url=reverse("audits:fieldwork_imports", args=[engagement.pk]),
        download_url=reverse("audits:fieldwork_workbook", args=[engagement.pk]),
        is_open=not closed,
        words=Words(
            lead=_(
                "監査手続をブックに書き出し、Excelなどで入力して、取り込みます。取り込む前に、変わる内容を確認できます。"
            ),
            parts=_("節や条件で絞り込めます。何も選ばなければ、対象のすべての項目を書き出します。"),
            same=_("いまの記録と同じ内容です。"),
            unchanged=_("監査手続の記録は変わっていません。"),
            stopped=_("取込みをやめました。監査手続の記録は変わっていません。"),
            closed=closed,
            left=_(
                "次のセルがある行は取り込まず、記録も変えていません。直した行は、もう一度アップロードするか、項目の画面で入力してください。"
            ),
            back=_("監査手続の画面へ戻る"),
        ),
        above=breadcrumb(engagement, (_("監査手続"), fieldwork_url(engagement))),
    )
