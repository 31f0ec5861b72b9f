"""What the value of a parameter looks like: checked, shown, and written in a form, by the kind of its definition. Pure.

In a form a list has one entry a line, and a record has its fields in one line with | between them.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from controls.enums import ParameterStatus
from controls.parameter_file import Definition
from core.calendar import format_wareki, parse_date
from core.normalise import code_text
from core.text import clean_text

MAX_INTEGER = 100_000
MAX_LENGTH = 2_000
MAX_PATTERN_LENGTH = 200
MAX_ENTRIES = 200
SEPARATOR = "|"

_TRUE, _FALSE = "true", "false"
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)


def parse_value(definition: Definition, text: str) -> Any:
    """The value that a person typed; None for an empty text. Raises ValueError with a Japanese sentence."""
    text = clean_text(text)
    if not text:
        return None
    return _PARSERS[definition.kind](definition, text)


def form_text(definition: Definition, value: Any) -> str:
    """The text that `parse_value` reads as `value`."""
    if value is None:
        return ""
    if definition.kind == "boolean":
        return _TRUE if value else _FALSE
    if definition.kind == "records":
        return "\n".join(f" {SEPARATOR} ".join(_fields(definition, entry)) for entry in value)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)


def shown_lines(definition: Definition | None, value: Any) -> list[str]:
    """The value as people read it, in one or more lines; none when there is no value."""
    if value is None:
        return []
    if definition is None:
        return [json.dumps(value, ensure_ascii=False)]
    if definition.kind == "boolean":
        return [_("はい") if value else _("いいえ")]
    if definition.kind == "date":
        return [format_wareki(date.fromisoformat(value))]
    if definition.kind == "records":
        return ["／".join(_fields(definition, entry)) for entry in value]
    entries = value if isinstance(value, list) else [value]
    return [str(definition.choices.get(entry, entry)) for entry in entries]


def is_unset_allowed(definition: Definition) -> bool:
    """Only what is shipped without a value may be left without one: the others carry a rule that always runs."""
    return any(row.value is None for row in definition.rows)


def check_value(definition: Definition, value: Any) -> None:
    """Raises ValueError with a Japanese sentence unless `value` is one that a form could have given."""
    if value is None:
        if not is_unset_allowed(definition):
            raise ValueError(_("この制度パラメータには値が必要です。"))
    elif parse_value(definition, form_text(definition, value)) != value:
        raise ValueError(_("値の形が、この制度パラメータの種類と合いません。"))


def _fields(definition: Definition, entry: dict[str, str]) -> list[str]:
    shown = entry | {"status": _status_labels().get(entry.get("status", ""), "")}
    return [shown.get(key, "") for key in definition.fields]


def _integer(definition: Definition, text: str) -> int:
    digits = code_text(text)
    if not _DIGITS.fullmatch(digits) or int(digits) > MAX_INTEGER:
        raise ValueError(
            _("0から%(max)sまでの整数を入力してください。") % {"max": f"{MAX_INTEGER:,}"}
        )
    return int(digits)


def _decimal(definition: Definition, text: str) -> float:
    digits = code_text(text)
    if not _NUMBER.fullmatch(digits):
        raise ValueError(_("数を入力してください。例：0.2"))
    return float(digits)


def _boolean(definition: Definition, text: str) -> bool:
    if text not in (_TRUE, _FALSE):
        raise ValueError(_("「はい」か「いいえ」を選んでください。"))
    return text == _TRUE


def _choice(definition: Definition, text: str) -> str:
    if text not in definition.choices:
        raise ValueError(_("一覧から選んでください。"))
    return text


def _day(definition: Definition, text: str) -> str:
    return parse_date(text).isoformat()


def _text(definition: Definition, text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise ValueError(
            _("%(max)s字以内で入力してください（いまは%(count)s字です）。")
            % {"max": f"{MAX_LENGTH:,}", "count": f"{len(text):,}"}
        )
    return text


def _pattern(definition: Definition, text: str) -> str:
    try:
        if len(text) > MAX_PATTERN_LENGTH:
            raise ValueError
        re.compile(text)
    except (ValueError, re.error):
        raise ValueError(
            _("正規表現として読めません（%(max)d字まで）。") % {"max": MAX_PATTERN_LENGTH}
        ) from None
    return text


def _lines(definition: Definition, text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_ENTRIES:
        raise ValueError(_("%(max)d行までです。") % {"max": MAX_ENTRIES})
    return [_text(definition, line) for line in lines]


def _text_list(definition: Definition, text: str) -> list[str]:
    entries = _lines(definition, text)
    for entry in entries:
        if definition.choices and entry not in definition.choices:
            raise ValueError(
                _("「%(entry)s」は使えません。使えるもの：%(choices)s")
                % {"entry": entry, "choices": "、".join(definition.choices)}
            )
    if len(set(entries)) < len(entries):
        raise ValueError(_("同じ行が2つあります。"))
    return entries


def _integer_list(definition: Definition, text: str) -> list[int]:
    return [_integer(definition, line) for line in _lines(definition, text)]


def _records(definition: Definition, text: str) -> list[dict[str, str]]:
    records = []
    for number, line in enumerate(_lines(definition, text), start=1):
        parts = [part.strip() for part in line.replace("｜", SEPARATOR).split(SEPARATOR)]
        if len(parts) != len(definition.fields) or not all(parts):
            raise ValueError(
                _("%(number)d行目は「%(shape)s」の形で入力してください。")
                % {
                    "number": number,
                    "shape": f" {SEPARATOR} ".join(definition.fields.values()),
                }
            )
        record = dict(zip(definition.fields, parts, strict=True))
        if "status" in record:
            record["status"] = _status_code(number, record["status"])
        records.append(record)
    return records


def _status_labels() -> dict[str, str]:
    """A record may say how sure it is by itself: people read and write the word, the value holds the code."""
    return {status.value: str(status.label) for status in ParameterStatus}


def _status_code(number: int, label: str) -> str:
    labels = _status_labels()
    for code, known in labels.items():
        if label == known:
            return code
    raise ValueError(
        _("%(number)d行目の確度は「%(labels)s」のどれかです。")
        % {"number": number, "labels": "」「".join(labels.values())}
    )


_PARSERS: dict[str, Callable[[Definition, str], Any]] = {
    "integer": _integer,
    "number": _decimal,
    "boolean": _boolean,
    "choice": _choice,
    "date": _day,
    "text": _text,
    "pattern": _pattern,
    "text_list": _text_list,
    "integer_list": _integer_list,
    "records": _records,
}
