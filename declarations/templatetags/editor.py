"""Parts of a row of the editor that are alike in most rows: a handful of kinds, each rendered once for a process."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from declarations.selectors.rows import EditorRow

register = template.Library()


@register.simple_tag
def control_badges(row: EditorRow) -> SafeString:
    """The marks of a row."""
    return _badges(row.suffix, row.is_liu)


@register.simple_tag
def adoption_options(row: EditorRow) -> SafeString:
    """The options of the list of a row, with the one that is chosen."""
    return _options(row.choices, row.adoption)


@cache
def _badges(suffix: str, is_liu: bool) -> SafeString:
    return render_to_string(
        "declarations/editor/_badges.html", {"suffix": suffix, "is_liu": is_liu}
    )


@cache
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    facts = {"choices": choices, "chosen": chosen}
    return render_to_string("declarations/editor/_options.html", facts)
