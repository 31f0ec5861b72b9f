"""Dates and line ends on papers."""

import re
from datetime import date, datetime

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.calendar import JST, format_wareki
from core.corporate_number import format_corporate_number

register = template.Library()

# So many characters at the end of a paragraph stay together: no single one falls onto a line of its own.
_TAIL = 3
# The other line ends of Unicode have no glyph.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@register.filter
def era_date(iso: str) -> str:
    """令和8年4月1日 from 2026-04-01; an empty text stays empty."""
    return format_wareki(date.fromisoformat(iso), weekday=False) if iso else ""


@register.filter
def stamp(instant: datetime) -> str:
    """2026-11-20 09:00 JST."""
    return f"{instant.astimezone(JST):%Y-%m-%d %H:%M} JST"


@register.filter
def grouped_number(digits: str) -> str:
    """法人番号 as 8-9999-0000-0001."""
    return format_corporate_number(digits) if digits else ""


@register.filter
@stringfilter
def paragraphs(text: str) -> SafeString:
    """The text as typed, line by line, the last characters of each line kept together."""
    return format_html_join("\n", "{}", ((_closed(line),) for line in _LINE_END.split(text)))


def _closed(line: str) -> str:
    head, tail = line[:-_TAIL], line[-_TAIL:]
    if not head:
        return line
    return format_html('{}<span class="tail">{}</span>', head, tail)
