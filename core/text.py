"""What free text may hold. Pure: cleaned text out, or RefusedTextError with a Japanese sentence.

Text is never shortened and never normalised, because names lose characters by it (U+FA19 神 would
become U+795E). Forms use this through `core.fields.PlainTextField`, services and imports directly.
"""

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError


class RefusedTextError(DomainError, ValueError):
    """The text holds a character that no text may hold; the message names it and its place."""


MAX_MARKS = 8

# Blanks of every width, line ends and the byte order mark. No other control: those are refused by
# name and not swallowed.
_OUTER = " \t\n\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# Letters by category, blank to the eye.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})

# Too many marks in a row are too many of what is no letter or digit; few texts have such a run at all.
_LONG_RUN = re.compile(rf"\W{{{MAX_MARKS + 1}}}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE = re.compile(r"[\t\n\u2028\u2029]")
_REPLACEMENT = re.compile("\ufffd")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_OVERRIDE = re.compile("[\u202a-\u202e]")
_ISOLATE = re.compile("[\u2066-\u2069]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")

# Translated when one is needed: a declaration has thousands of texts, and few of them are refused.
_REFUSED: tuple[tuple[re.Pattern[str], Promise], ...] = (
    (
        _SURROGATE,
        gettext_lazy(
            "文字として成り立たないデータ（%(code)s）があります。%(place)s入力し直してください。"
        ),
    ),
    (
        _CONTROL,
        gettext_lazy("表示できない制御文字（%(code)s）があります。%(place)s取り除いてください。"),
    ),
    (
        _NONCHARACTER,
        gettext_lazy("文字ではないデータ（%(code)s）があります。%(place)s取り除いてください。"),
    ),
    (
        _REPLACEMENT,
        gettext_lazy("文字化けした文字（%(code)s）があります。%(place)s入力し直してください。"),
    ),
    (
        _PRIVATE,
        gettext_lazy(
            "外字（%(code)s）は、ほかの環境で別の文字になるため使えません。%(place)s標準の文字に直してください。"
        ),
    ),
    (
        _OVERRIDE,
        gettext_lazy(
            "文字の並びを逆に見せる記号（%(code)s）は使えません。%(place)s取り除いてください。"
        ),
    ),
)
_REFUSED_IN_A_LINE: tuple[tuple[re.Pattern[str], Promise], ...] = (
    (
        _LINE,
        gettext_lazy("改行やタブ（%(code)s）は使えません。%(place)s1行で入力してください。"),
    ),
    (
        _ISOLATE,
        gettext_lazy(
            "文字の並びを変える記号（%(code)s）は、この欄では使えません。%(place)s取り除いてください。"
        ),
    ),
)


def clean_text(text: str, *, multiline: bool = True) -> str:
    """`text` without outer blanks, with LF as line end, or "" when nothing of it can be seen.

    One line (`multiline=False`) refuses line breaks, tabs and direction isolates as well: names go
    into mail headers, file names and tables. Raises RefusedTextError naming the first refused character.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip(_OUTER)
    if not _is_visible(text):
        return ""
    for pattern, sentence in _REFUSED if multiline else (*_REFUSED, *_REFUSED_IN_A_LINE):
        _refuse(pattern, text, sentence)
    _refuse_stacked_marks(text)
    return text


def _is_visible(text: str) -> bool:
    # Controls count as visible, so that a text of nothing else is refused by name and not as empty.
    return any(
        unicodedata.category(char) not in _INVISIBLE_CATEGORIES and char not in _BLANK_LETTERS
        for char in text
    ) or bool(_CONTROL.search(text) or _OVERRIDE.search(text))


def _refuse(pattern: re.Pattern[str], text: str, sentence: Promise) -> None:
    match = pattern.search(text)
    if match:
        code = f"U+{ord(match[0]):04X}"
        raise RefusedTextError(str(sentence) % {"code": code, "place": _place(text, match.start())})


def _refuse_stacked_marks(text: str) -> None:
    if not _LONG_RUN.search(text):
        return
    run = 0
    for index, char in enumerate(text):
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run > MAX_MARKS:
            raise RefusedTextError(
                _("1つの文字に重なる記号が多すぎます（%(max)d個まで）。%(place)s減らしてください。")
                % {"max": MAX_MARKS, "place": _place(text, index)}
            )


def _place(text: str, index: int) -> str:
    """Where the character stands: line (when there are several) and position, counted from 1."""
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    if "\n" in text:
        return _("%(line)d行目の%(column)d文字目を") % {"line": line, "column": column}
    return _("%(column)d文字目を") % {"column": column}
