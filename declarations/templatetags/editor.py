"""Parts of a row of the editor that are alike in most rows; rendered once for each kind."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from declarations.selectors.rows import EditorRow

register = template.Library()


@register.simple_tag
def adoption_options(row: EditorRow) -> SafeString:
    """The options of the list of a row, with the one that is chosen."""
    return _options(row.choices, row.adoption)


@register.simple_tag
def control_badges(row: EditorRow) -> SafeString:
    """The marks of a row: a handful of combinations, so each is rendered once for a process."""
    return _badges(row.suffix, row.is_liu)


@cache
def _badges(suffix: str, is_liu: bool) -> SafeString:
    return render_to_string(
        "declarations/editor/_badges.html", {"suffix": suffix, "is_liu": is_liu}
    )


@cache
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, mark_safe(" selected") if value == chosen else "", label)
            for value, label in choices
        ),
    )
