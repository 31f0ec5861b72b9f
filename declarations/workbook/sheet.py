"""The workbook of statements: what stands in which column. Writing, reading and comparing all follow this one page.

Nothing here needs Django: the reading side runs in the sandbox.
"""

from documents.workbook.sheet import Column, Layout

SHEET, BASES = "言明", "基盤クラウドサービス"
LAYOUT = Layout(
    sheet=SHEET,
    origin="言明",
    template="2",
    columns=(
        Column("number", "番号", 14),
        Column("title", "見出し", 26),
        Column("suffix", "記号", 6),
        Column("note", "区分", 15),
        Column("adoption", "採否", 11, is_typed=True),
        Column("individual_control", "個別管理策", 58, is_typed=True),
        Column("reason", "選択しない理由", 36, is_typed=True),
        Column("base_service", "基盤クラウドサービス", 22, is_typed=True),
        Column("inherited_note", "継承の内容", 30, is_typed=True),
        Column("owner", "担当者", 12),
        Column("version", "行の版", 8, is_hidden=True),
        Column("code", "照合コード", 12, is_hidden=True),
    ),
)

ADOPTION_WORDS = {"adopted": "採用する", "not_selected": "選択しない", "undecided": "未入力"}
REQUIRED_NOTE, RELEASED_NOTE = "基本言明要件", "統制目標を除外（入力不要）"
