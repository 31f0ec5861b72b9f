"""Input of the workbook pages: a file, and for conflicting rows which side wins."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import StrictForm
from declarations.workbook.comparing import FILE, NOW
from documents.forms import UploadField
from documents.uploads import CheckedUpload

_CHOICE = re.compile(r"choice-([0-9A-Z.]{1,30})", re.ASCII)


class WorkbookField(UploadField):
    """An .xlsx file; anything else is told at once, whatever else may be uploaded elsewhere."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ".xlsx"}

    def clean(self, data: Any, initial: Any = None) -> CheckedUpload | None:
        """The checked upload."""
        name = getattr(data, "name", "")
        if name and not name.lower().endswith(".xlsx"):
            raise ValidationError(
                _(
                    "Excelブック（.xlsx）だけを取り込めます。"
                    "表計算ソフトで .xlsx 形式で保存し直してから選んでください。"
                ),
                code="upload",
            )
        return super().clean(data, initial)


class WorkbookForm(StrictForm):
    """A workbook to bring back."""

    upload = WorkbookField(
        label=_("入力したブック"),
        help_text=_(
            "この画面から書き出し、入力して保存したファイル（.xlsx）を選んでください。20 MBまでです。"
        ),
    )


def choices_in(data: Any) -> dict[str, str]:
    """What was chosen for the conflicting rows on the page, by control number."""
    return {
        match[1]: value
        for name, value in data.items()
        if (match := _CHOICE.fullmatch(name)) and value in (FILE, NOW)
    }
