"""The workbook of working papers: what stands in which column. Writing, reading and comparing all follow this one page.

Nothing here needs Django: the reading side runs in the sandbox.
"""

from documents.workbook.sheet import Column, Layout

LAYOUT = Layout(
    sheet="監査手続",
    origin="監査業務",
    template="1",
    columns=(
        Column("number", "番号", 14),
        Column("title", "見出し", 24),
        Column("suffix", "記号", 6),
        Column("basis", "対象とした理由", 18),
        Column("declared", "個別管理策", 46),
        Column("assignee", "担当者", 12),
        Column("design_procedure", "整備状況評価の手続", 36, is_typed=True),
        Column("design_result", "整備状況評価の結果", 12, is_typed=True),
        Column("operating_procedure", "運用状況評価の手続", 36, is_typed=True),
        Column("population", "母集団", 24, is_typed=True),
        Column("population_size", "母集団の件数", 10, is_typed=True),
        Column("operating_result", "運用状況評価の結果", 12, is_typed=True),
        Column("notes", "監査人の記録", 36, is_typed=True),
        Column("version", "行の版", 8, is_hidden=True),
        Column("code", "照合コード", 12, is_hidden=True),
    ),
)

RESULTS = ("design_result", "operating_result")
RESULT_WORDS = {
    "effective": "有効",
    "deficient": "不備あり",
    "not_applicable": "対象事象なし",
    "": "未実施",
}
