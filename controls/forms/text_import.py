"""What people type when they load an official workbook."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from controls.models import CatalogueEdition, TextImportSheet
from controls.text_rows import Columns, column_name
from core.choice_fields import ChooseRowField, ChooseTypedField
from core.forms import StrictForm
from documents.forms import UploadField
from documents.uploads import CheckedUpload

HEADING_LENGTH = 20


class WorkbookField(UploadField):
    """A workbook (.xlsx); other kinds are refused at the field."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            help_text=_("公式サイトで配布されている管理基準のExcelブック（.xlsx）を選びます。"),
            **kwargs,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ".xlsx"}

    def clean(self, data: Any, initial: Any = None) -> CheckedUpload | None:
        checked = super().clean(data, initial)
        if checked is not None and checked.kind != "xlsx":
            raise ValidationError(
                _(
                    "Excelブック（.xlsx）ではありません。.xlsxの形式で保存し直してから選んでください。"
                ),
                code="kind",
            )
        return checked


class WorkbookForm(StrictForm):
    """The file, and the edition that it is the text of."""

    edition = ChooseRowField(
        label=_("版"),
        queryset=CatalogueEdition.objects.none(),
        error_messages={"required": _("選んでください。")},
    )
    upload = WorkbookField(
        label=_("公式の管理基準"), error_messages={"required": _("ファイルを選んでください。")}
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        editions = CatalogueEdition.objects.published()
        self.fields["edition"].queryset = editions
        self.fields["edition"].initial = editions.first()


class ColumnsForm(StrictForm):
    """Where heading, number and text stand in a sheet. Sent by GET."""

    header_row = forms.IntegerField(
        label=_("見出しの行"),
        min_value=0,
        help_text=_("この行までを読み飛ばします。見出しがなければ0です。"),
        error_messages={
            "required": _("行の番号を入力してください。"),
            "invalid": _("行の番号を整数で入力してください。"),
            "min_value": _("0以上の行の番号を入力してください。"),
        },
    )
    number = ChooseTypedField(label=_("番号の列"), coerce=int)
    text = ChooseTypedField(label=_("本文の列"), coerce=int)

    def __init__(self, *args: Any, sheet: TextImportSheet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = self.fields["header_row"]
        rows.widget.attrs |= {"class": "input--short", "max": sheet.row_count}
        rows.max_value = sheet.row_count
        self.row_count = sheet.row_count
        for name in ("number", "text"):
            self.fields[name].choices = [
                (column, f"{column_name(column)}{_heading(sheet, column)}")
                for column in range(sheet.column_count)
            ]

    def clean_header_row(self) -> int:
        row = self.cleaned_data["header_row"]
        if row > self.row_count:
            raise ValidationError(
                _("このシートは%(count)d行までです。"), params={"count": self.row_count}
            )
        return row

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "number" in data and data["number"] == data.get("text"):
            self.add_error("text", _("番号とは別の列を選んでください。"))
        return data

    @property
    def columns(self) -> Columns:
        """What was chosen."""
        return Columns(
            **{name: self.cleaned_data[name] for name in ("header_row", "number", "text")}
        )


def _heading(sheet: TextImportSheet, column: int) -> str:
    """The first text of the column, to know it again."""
    for line in sheet.cells[:20]:
        cell = line[column] if column < len(line) else ""
        text = " ".join((cell if isinstance(cell, str) else cell[1]).split())
        if text:
            shown = text if len(text) <= HEADING_LENGTH else text[:HEADING_LENGTH] + "…"
            return f"：{shown}"
    return ""
