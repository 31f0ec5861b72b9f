"""Working papers to a workbook (.xlsx)."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from audits.workbook.sheet import LAYOUT, RESULT_WORDS, RESULTS
from documents.workbook.writing import (
    SheetFacts,
    new_workbook,
    offer_choices,
    write_facts,
    write_guide,
    write_rows,
)

GUIDE_LINES = (
    "白い欄（手続、結果、母集団、母集団の件数、監査人の記録）に入力できます。灰色の欄は読み取り専用です。",
    "結果は一覧から選んでください。「未実施」に戻すこともできます。",
    "母集団の件数は数字で入力してください。サンプルを抽出した項目の件数は、画面でサンプルを抽出し直すと変わります。",
    "手続を省略した項目の行は灰色です。入力するには、先に画面で省略を取り消してください。",
    "個別管理策は、監査の対象として確定した言明の内容です。",
    "数式は使えません。文字で入力してください。先頭が = や ' の文も、そのまま文字として扱います。",
    "行の順番が変わっていても、一部の行だけでも取り込めます。ファイルにない項目の記録は変わりません。",
    "入力が終わったら保存し、監査手続の画面の「ブックの取込み」でこのファイルを選んでください。",
    "取り込む前に、変わる内容を画面で確認できます。ほかの人が先に変えた欄は、どちらを残すか選べます。",
    "このブックには監査調書の内容が入っています。監査に従事する人のほかには渡さないでください。",
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One paper as the sheet shows it. `values` are the typed columns: results as they are stored, the size as text."""

    number: str
    title: str
    suffix: str
    basis: str
    declared: str
    assignee: str
    values: dict[str, str]
    is_skipped: bool
    is_sampled: bool
    version: int

    @property
    def cells(self) -> dict[str, str]:
        """The text of every column."""
        return {
            "number": self.number,
            "title": self.title,
            "suffix": self.suffix,
            "basis": self.basis,
            "declared": self.declared,
            "assignee": self.assignee,
            **self.values,
            **{name: RESULT_WORDS[self.values[name]] for name in RESULTS},
            "version": str(self.version),
            "code": LAYOUT.code_of(self.number, self.values),
        }

    def opens(self, name: str) -> bool:
        """Skipped rows are not typed; a sample was drawn from the population that it names."""
        return not self.is_skipped and not (self.is_sampled and name == "population_size")


def workbook_bytes(rows: Sequence[SheetRow], facts: SheetFacts) -> bytes:
    """The whole workbook: the papers, a page on how to use it, and a hidden one with its facts."""
    buffer = BytesIO()
    workbook = new_workbook(buffer, LAYOUT, facts)
    sheet = write_rows(workbook, LAYOUT, rows, facts)
    choices = tuple(RESULT_WORDS.values())
    for name in RESULTS:
        offer_choices(sheet, LAYOUT, name, (() if row.is_skipped else choices for row in rows))
    write_guide(workbook, GUIDE_LINES)
    write_facts(workbook, LAYOUT, facts)
    workbook.close()
    return buffer.getvalue()
