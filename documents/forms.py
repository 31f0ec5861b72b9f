"""Form fields for files, where what the gate refuses is an error at the field; and the input of the workbook pages."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError
from core.forms import StrictForm
from documents.limits import KINDS, LIMITS
from documents.uploads import CheckedUpload, check_upload
from documents.workbook.comparing import FILE, NOW

_ACCEPTED = "、".join(kind.label for kind in KINDS)
_EXTENSIONS = ",".join(f".{name}" for kind in KINDS for name in kind.extensions)
_CHOICE = re.compile(r"choice-([0-9A-Z.]{1,30})", re.ASCII)


class UploadField(forms.FileField):
    """A file, cleaned to a `CheckedUpload`; None when the field is optional and empty."""

    widget = forms.FileInput
    default_error_messages = {
        "required": _("ファイルを選んでください。"),
        **dict.fromkeys(
            ("invalid", "missing", "empty", "max_length", "contradiction"),
            _("ファイルが届きませんでした。ファイルを選び直して、もう一度送ってください。"),
        ),
    }

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "help_text",
            format_lazy(
                _("1ファイル{megabytes} MBまで。受け付ける種類：{accepted}"),
                megabytes=LIMITS.file_bytes // 1024**2,
                accepted=_ACCEPTED,
            ),
        )
        # The gate has its own sentence for an empty file.
        super().__init__(allow_empty_file=True, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": _EXTENSIONS}

    def clean(self, data: Any, initial: Any = None) -> CheckedUpload | None:
        """The checked upload. Every refusal is one Japanese sentence."""
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return check_upload(file)
        except DomainError as error:
            raise ValidationError(str(error), code="upload") from error


class _ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Any number of files up to `max_files`, cleaned to a list of `CheckedUpload`."""

    widget = _ManyFilesInput
    default_error_messages = {
        "too_many": _(
            "一度に選べるのは%(max)s件までです（いまは%(count)s件です）。減らしてください。"
        )
    }

    def __init__(self, *, max_files: int, **kwargs: Any):
        self.max_files = max_files
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The checked uploads. Every refusal is one Japanese sentence, and all refused files are named."""
        files = [file for file in data or [] if file]
        if not files:
            super().clean(None, initial)
            return []
        if len(files) > self.max_files:
            raise ValidationError(
                self.error_messages["too_many"],
                code="too_many",
                params={"max": self.max_files, "count": len(files)},
            )
        checked, refused = [], []
        for file in files:
            try:
                checked.append(super().clean(file, initial))
            except ValidationError as error:
                refused.append(error)
        if refused:
            raise ValidationError(refused)
        return checked


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
