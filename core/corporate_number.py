"""法人番号: 13 digits of which the first is the check digit. Pure functions.

Rule of the check digit: 9 minus the remainder by 9 of the sum of P(n) times Q(n), n counted from
the right of the other twelve digits, Q = 1 for odd and 2 for even n. Source:
法人番号の指定等に関する省令 第2条. It catches slips of the finger, not every wrong number: the name
still has to be confirmed.
"""

import re

from django.utils.translation import gettext as _

from core.normalise import code_text

_SEPARATORS = re.compile(r"[\s‐‑‒–—―−ー-]")
_LENGTH = 13
# Longest reading of a number with blanks and hyphens; anything longer is not a number.
_MAX_TEXT = 64


def check_digit(base: str) -> int:
    """The check digit (1 to 9) of the twelve digits `base`."""
    total = sum(int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(base)))
    return 9 - total % 9


def parse_corporate_number(text: str) -> str:
    """13 ASCII digits from what a person typed: full width, blanks and hyphens are accepted.

    Raises ValueError with a Japanese sentence.
    """
    if len(text) > _MAX_TEXT:
        raise ValueError(_("法人番号は13桁の数字です。"))
    digits = _SEPARATORS.sub("", code_text(text))
    if re.fullmatch(r"[0-9]\.?[0-9]*E\+?[0-9]+", digits.upper()):
        raise ValueError(
            _(
                "表計算ソフトが番号を数値に変えています。セルの表示形式を「文字列」にして、13桁を入力し直してください。"
            )
        )
    if not re.fullmatch(r"[0-9]*", digits):
        raise ValueError(_("法人番号は数字だけで入力してください。"))
    if len(digits) != _LENGTH:
        raise ValueError(
            _("法人番号は13桁です（いまは%(count)d桁です）。") % {"count": len(digits)}
        )
    if int(digits[0]) != check_digit(digits[1:]):
        raise ValueError(
            _("法人番号の検査用数字（先頭の1桁）が合いません。番号をもう一度確かめてください。")
        )
    return digits


def format_corporate_number(digits: str) -> str:
    """Grouped 1-4-4-4 for reading; anything that is not 13 characters long is left as it is."""
    if len(digits) != _LENGTH:
        return digits
    return "-".join((digits[0], digits[1:5], digits[5:9], digits[9:]))
