"""What is wrong with a workbook of working papers, in sentences; what is wrong with any stands in `documents`."""

from django.utils.translation import gettext as _

from audits.limits import MAX_POPULATION
from audits.workbook.sheet import LAYOUT, RESULT_WORDS


def other_template(version: str) -> str:
    """The file was written by another version of this system."""
    return _(
        "このブックの書式の版（%(found)s）は読み取れません。読み取れるのは版 %(expected)s です。"
        "監査手続の画面からブックを書き出し直し、入力した内容を移してください。"
    ) % {"found": version[:20], "expected": LAYOUT.template}


def other_engagement() -> str:
    """The file belongs to another engagement."""
    return _(
        "このブックは、ほかの監査業務から書き出したものです。"
        "この監査業務の監査手続から書き出したブックを選んでください。"
    )


def outside_scope() -> tuple[str, str]:
    """For a number that the engagement does not test."""
    return _("この監査の対象に入っている番号"), _(
        "番号を書き出したときの値に戻してください。対象にない項目は、先に監査手続の画面で対象に追加してください。"
    )


def result_problem() -> tuple[str, str]:
    """For a word that is no result."""
    return "、".join(RESULT_WORDS.values()), _("一覧から選び直してください。")


def skipped_problem() -> tuple[str, str]:
    """For a result of a control whose procedures are left out."""
    return RESULT_WORDS[""], _(
        "手続を省略している項目です。結果を記録するには、先に画面で省略を取り消してください。"
    )


def size_problem() -> tuple[str, str]:
    """For what is no number of items, or too large a one."""
    limit = {"limit": f"{MAX_POPULATION:,}"}
    return _("1から%(limit)sまでの数") % limit, _(
        "件数は数字で入力してください。例：250。分からないときは空にしてください。"
    )


def sampled_problem(stored: str) -> tuple[str, str]:
    """For another population under a sample."""
    return f"{int(stored):,}", _(
        "サンプルを抽出済みです。件数を変えるには、画面で新しい件数からサンプルを抽出し直してください。"
    )
