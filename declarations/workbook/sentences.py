"""What is wrong with a workbook of statements, in sentences; what is wrong with any workbook stands in `documents`."""

from django.utils.translation import gettext as _

from declarations.workbook.sheet import BASES, LAYOUT


def other_template(version: str) -> str:
    """The file was written by another version of this system."""
    return _(
        "このブックの書式の版（%(found)s）は読み取れません。読み取れるのは版 %(expected)s です。"
        "言明の画面からブックを書き出し直し、入力した内容を移してください。"
    ) % {"found": version[:20], "expected": LAYOUT.template}


def other_service() -> str:
    """The file belongs to another service."""
    return _(
        "このブックは、ほかのサービスの言明から書き出したものです。"
        "このサービスの言明から書き出したブックを選んでください。"
    )


def unknown_number() -> tuple[str, str]:
    """For a number that the declaration does not have."""
    return _("この言明の管理基準にある番号"), _(
        "番号を書き出したときの値に戻してください。ほかの版の管理基準の番号は取り込めません。"
    )


def adoption_problem(choices: tuple[str, ...], *, is_forbidden: bool) -> tuple[str, str]:
    """What may be chosen, and how to mend it."""
    allowed = "、".join(choices)
    if is_forbidden:
        return allowed, _(
            "基本言明要件のため「選択しない」は選べません。適用できないときは、画面で統制目標ごと除外してください。"
        )
    return allowed, _("一覧から選び直してください。")


def base_problem() -> tuple[str, str]:
    """For a base service that cannot be inherited from."""
    return _("シート「%(sheet)s」にある登録番号か名称") % {"sheet": BASES}, _(
        "監査対象期間を通してリストに掲載されているサービスだけを選べます。一覧から選び直すか、空にしてください。"
    )
