"""The workbook of a declaration: download."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
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
from documents.workbook_pages import workbook_answer


@require_safe
def workbook(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The statements as .xlsx: all of them, or what the parameters of `StatementFilter` leave."""
    declaration = visible_declaration(request, pk, "edition")
    if not policies.can_read_work(request.user, declaration):
        raise PermissionDenied
    narrowed = StatementFilter(request.GET, declaration=declaration, user=request.user)
    part, now = _part(narrowed), timezone.now().astimezone(JST)
    facts = SheetFacts(
        origin=str(declaration.pk),
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
    return workbook_answer(content, name)


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
