"""The working papers of an engagement as its workbook shows them."""

from collections.abc import Mapping

from django.db.models import QuerySet

from audits.enums import ScopeBasis
from audits.models import ControlTest, Engagement
from audits.selectors.pinned import Pinned, is_adopted, said
from audits.workbook.sheet import LAYOUT
from audits.workbook.writing import SheetRow


def scope_of(engagement: Engagement) -> QuerySet[ControlTest]:
    """Every paper in the order of the criteria, with what a row shows."""
    return (
        ControlTest.objects.filter(engagement=engagement)
        .select_related("control__parent", "assignee")
        .defer("sample")
        .order_by("control__sort_key")
    )


def sheet_rows(papers: QuerySet[ControlTest], declared: Mapping[str, str]) -> list[SheetRow]:
    """The papers beside what was `declared`, by number. One query."""
    return [_row(test, declared.get(test.control.number, "")) for test in papers]


def declared_texts(pinned: Pinned) -> dict[str, str]:
    """What the pinned version says of each control: its 個別管理策, or what was chosen instead and why."""
    return {
        number: row["individual_control"] if is_adopted(row) else said(row)
        for number, row in pinned.rows.items()
    }


def _row(test: ControlTest, declared: str) -> SheetRow:
    control, assignee = test.control, test.assignee
    why = [str(ScopeBasis(test.basis).label), test.basis_note]
    if test.is_skipped:
        why.append(f"手続を省略：{test.skip_reason}")
    return SheetRow(
        number=control.number,
        title=control.title or control.parent.title,
        suffix=control.suffix,
        basis="\n".join(filter(None, why)),
        declared=declared,
        assignee=assignee.name if assignee else "",
        values={name: _text(getattr(test, name)) for name in LAYOUT.typed},
        is_skipped=test.is_skipped,
        is_sampled=bool(test.sample_method),
        version=test.row_version,
    )


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value)
