"""Figures as people read them."""

from collections.abc import Iterator

from django import template
from django.core.paginator import Page

from core.corporate_number import format_corporate_number

register = template.Library()


@register.filter
def corporate_number(digits: str | None) -> str:
    """法人番号 grouped 1-4-4-4: 8-9999-0000-0001."""
    return format_corporate_number(digits) if digits else ""


@register.filter
def filesize_ja(size: int | None) -> str:
    """Bytes as バイト, KB, MB or GB (1 KB = 1,024 bytes), one decimal place from MB on."""
    if size is None:
        return ""
    if size < 1024:
        return f"{size:,}バイト"
    if size < 1024**2:
        return f"{size / 1024:,.0f} KB"
    if size < 1024**3:
        return f"{size / 1024**2:,.1f} MB"
    return f"{size / 1024**3:,.1f} GB"


@register.filter
def percent(part: int, whole: int) -> int:
    """Whole percent of `part` in `whole`, rounded down: 100 means that nothing is missing."""
    return part * 100 // whole if whole else 0


@register.filter
def page_numbers(page: Page) -> Iterator[int | str]:
    """Numbers of the pages to link to: the ends, the neighbours of `page`, and … for the rest."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
