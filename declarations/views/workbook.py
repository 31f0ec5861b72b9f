"""The workbook of a declaration: download."""

import re
import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.calendar import JST, format_wareki
from declarations import policies
from declarations.filters import StatementFilter
from declarations.models import Declaration
from declarations.selectors.base_services import offered_bases
from declarations.selectors.workbook import sheet_rows
from declarations.views.editor import visible_declaration
from declarations.workbook.writing import SheetFacts, workbook_bytes
from documents.answers import FILE_POLICY
from documents.limits import KIND_BY_EXTENSION

# What some system or other refuses in a file name.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@require_safe
def workbook(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The statements as .xlsx: all of them, or what the parameters of `StatementFilter` leave."""
    declaration = visible_declaration(request, pk, "edition")
    if not policies.can_read_work(request.user, declaration):
        raise PermissionDenied
    narrowed = StatementFilter(request.GET, declaration=declaration, user=request.user)
    part, now = _part(narrowed), timezone.now().astimezone(JST)
    facts = SheetFacts(
        declaration=str(declaration.pk),
        edition=declaration.edition.code,
        service=declaration.service.name,
        period=_period(declaration),
        part=part,
        exported_at=now,
        bases=tuple(label for _key, label in offered_bases(declaration)),
    )
    content = workbook_bytes(sheet_rows(declaration, narrowed.qs), facts)
    name = _("言明_%(part)s_%(day)s_%(service)s.xlsx") % {
        "service": declaration.service.name[:60],
        "part": part,
        "day": f"{now:%Y%m%d}",
    }
    return _attachment(content, _NOT_IN_NAMES.sub("_", name))


def _part(narrowed: StatementFilter) -> str:
    """What the workbook holds, in two or three words."""
    if not narrowed.narrows:
        return _("全体")
    chosen = {name for name, value in narrowed.form.cleaned_data.items() if value}
    if chosen == {"chapter"}:
        return _("第%(chapter)s章") % {"chapter": narrowed.form.cleaned_data["chapter"]}
    return _("絞り込み")


def _period(declaration: Declaration) -> str:
    return _("%(start)sから%(end)sまで") % {
        "start": format_wareki(declaration.period_start, weekday=False),
        "end": format_wareki(declaration.period_end, weekday=False),
    }


def _attachment(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=KIND_BY_EXTENSION["xlsx"].media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    response["Cache-Control"] = "private, no-store"
    return response
