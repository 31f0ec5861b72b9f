"""What is wrong with a workbook, in sentences: what was found, what is allowed, how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Rejected:
    """One cell that is not taken, and with it its row."""

    sheet: str
    row: int
    cell: str
    number: str
    column: str
    found: str
    allowed: str
    mend: str


def refusal(facts: dict[str, Any]) -> str:
    """Why the file as a whole is not taken. `facts` are those of a `RefusedError`, with its code."""
    return _REFUSALS[facts["code"]](facts)


def flaw(kind: str) -> tuple[str, str]:
    """What is allowed where the reader found a flaw of this kind, and how to mend it."""
    return _FLAWS[kind]()


def number_missing() -> tuple[str, str]:
    """For a row without a number."""
    return _("管理策の番号"), _("番号を入力するか、この行を空にしてください。")


def number_twice(places: str) -> tuple[str, str]:
    """For a number that stands in several rows."""
    return _("1つの番号に1行"), _("%(places)sに同じ番号があります。残す行を1つにしてください。") % {
        "places": places
    }


def text_problem(problem: str) -> tuple[str, str]:
    """For what `clean_text` refuses; its sentence says what was found and where."""
    return _("文字、改行"), problem


def length_problem(limit: int, count: int) -> tuple[str, str]:
    """For a text that is too long."""
    return _("%(limit)s字以内") % {"limit": f"{limit:,}"}, _(
        "いま%(count)s字あります。短くしてください。"
    ) % {"count": f"{count:,}"}


def _unreadable(_facts: dict[str, Any]) -> str:
    return _(
        "ファイルが壊れているか、開けない形式です。"
        "表計算ソフトで開いて .xlsx 形式で保存し直してから、選び直してください。"
    )


def _sheet_missing(facts: dict[str, Any]) -> str:
    return _(
        "シート「%(expected)s」がありません。シート名を「%(expected)s」に戻してください。いまあるシート：%(found)s"
    ) % {"expected": facts["expected"], "found": "、".join(facts["found"]) or _("なし")}


def _headings(facts: dict[str, Any]) -> str:
    return _(
        "シート「%(sheet)s」の1行目に、次の見出しがありません。見出しを元に戻してください：%(missing)s"
    ) % {"sheet": facts["sheet"], "missing": "、".join(facts["missing"])}


def _headings_twice(facts: dict[str, Any]) -> str:
    return _(
        "シート「%(sheet)s」の1行目に、同じ見出しが2つあります。片方の名前を変えてください：%(twice)s"
    ) % {"sheet": facts["sheet"], "twice": "、".join(facts["twice"])}


def _rows(facts: dict[str, Any]) -> str:
    return _(
        "シート「%(sheet)s」の行が多すぎます（%(max)s行まで）。要らない行を削除してから、選び直してください。"
    ) % {"sheet": facts["sheet"], "max": f"{facts['max']:,}"}


def _columns(facts: dict[str, Any]) -> str:
    return _(
        "シート「%(sheet)s」の列が多すぎます（%(max)s列まで）。要らない列を削除してから、選び直してください。"
    ) % {"sheet": facts["sheet"], "max": facts["max"]}


def _size(_facts: dict[str, Any]) -> str:
    return _(
        "展開すると大きくなりすぎます。行を減らすか、章ごとに分けて書き出したブックを使ってください。"
    )


def _members(facts: dict[str, Any]) -> str:
    return _(
        "中の部品が多すぎます（%(count)s個、%(max)s個まで）。書き出したブックに入力し直してください。"
    ) % {"count": f"{facts['count']:,}", "max": facts["max"]}


def _doctype(_facts: dict[str, Any]) -> str:
    return _(
        "使えない定義（DTD、実体参照）が入っています。表計算ソフトで .xlsx 形式で保存し直してください。"
    )


def _outside(_facts: dict[str, Any]) -> str:
    return _(
        "外部のファイルやデータへの接続（外部リンク、DDE、Power Query）が入っています。"
        "接続を削除して保存し直してから、選び直してください。"
    )


def _nested(facts: dict[str, Any]) -> str:
    return _(
        "中に別の圧縮ファイル（%(name)s）が入っています。取り除いて保存し直してから、選び直してください。"
    ) % {"name": facts["name"]}


def _empty(facts: dict[str, Any]) -> str:
    return _(
        "シート「%(sheet)s」に、見出しのほかの行がありません。入力したブックを選んでください。"
    ) % {"sheet": facts["sheet"]}


_REFUSALS: dict[str, Callable[[dict[str, Any]], str]] = {
    "unreadable": _unreadable,
    "sheet_missing": _sheet_missing,
    "headings": _headings,
    "headings_twice": _headings_twice,
    "rows": _rows,
    "columns": _columns,
    "size": _size,
    "members": _members,
    "doctype": _doctype,
    "outside": _outside,
    "nested": _nested,
    "empty": _empty,
}
_FLAWS: dict[str, Callable[[], tuple[str, str]]] = {
    "formula": lambda: (
        _("文字"),
        _("数式は取り込めません。表示されている値を文字で入力し直してください。"),
    ),
    "error": lambda: (_("文字"), _("エラーの値です。文字で入力し直してください。")),
    "bool": lambda: (
        _("文字"),
        _("真偽値です。セルの書式を「文字列」にして入力し直してください。"),
    ),
    "date": lambda: (
        _("文字"),
        _("日付や時刻です。セルの書式を「文字列」にして入力し直してください。"),
    ),
    "number": lambda: (
        _("文字"),
        _("数値です。セルの書式を「文字列」にして入力し直してください。"),
    ),
    "merged": lambda: (
        _("結合していないセル"),
        _("セルの結合を解除し、行ごとに入力してください。"),
    ),
}
