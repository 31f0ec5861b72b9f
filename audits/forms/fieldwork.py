"""Input of the fieldwork. A form knows texts and their limits; the services know the rules."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.enums import SampleMethod, TestResult
from audits.forms.engagement import VersionForm
from audits.limits import MAX_POPULATION, MAX_SAMPLE, TEXT_LIMITS
from audits.models import ControlTest
from audits.selectors.fieldwork_rows import CHOICES
from audits.services.fieldwork import EDITABLE, REASON_LENGTH, RESULTS, TestEdit
from core.choice_fields import ChooseManyField, ChooseOneField
from core.fields import CountField, PlainTextField
from core.forms import StrictForm
from core.normalise import code_text

SEPARATOR = re.compile(r"[\s,、，]+")


def _text(name: str, label: Any, help_text: Any, rows: int) -> PlainTextField:
    return PlainTextField(
        label=label,
        help_text=help_text,
        max_length=TEXT_LIMITS[name],
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _result(label: Any) -> ChooseOneField:
    return ChooseOneField(label=label, choices=CHOICES, required=False, widget=forms.RadioSelect)


class TestForm(VersionForm):
    """The paper of one control. Bound, it has only the fields that were sent, and records only those.

    Its names begin with the number, so that a page holds many; `shown` are the results that the page showed.
    """

    __test__ = False  # no test class, whatever pytest makes of its name

    shown = PlainTextField(required=False, max_length=40, widget=forms.HiddenInput)
    design_procedure = _text(
        "design_procedure", _("整備状況評価の手続"), _("何を閲覧し、誰に質問したかを書きます。"), 3
    )
    design_result = _result(_("整備状況評価の結果"))
    operating_procedure = _text(
        "operating_procedure", _("運用状況評価の手続"), _("サンプルで何を確かめたかを書きます。"), 3
    )
    population = _text("population", _("母集団"), _("何を、どの期間から数えたかを書きます。"), 2)
    population_size = CountField(label=_("母集団の件数"), required=False, max_value=MAX_POPULATION)
    operating_result = _result(_("運用状況評価の結果"))
    notes = _text("notes", _("監査人の記録"), _("監査機関の中だけで読みます。"), 3)

    def __init__(self, *args: Any, number: str, **kwargs: Any):
        super().__init__(*args, prefix=number, auto_id=f"{number}-%s", **kwargs)
        for name in ("shown", *EDITABLE) if self.is_bound else ():
            if self.add_prefix(name) not in self.data:
                del self.fields[name]

    @classmethod
    def showing(cls, test: ControlTest) -> "TestForm":
        """The form with what is stored."""
        stored = {name: getattr(test, name) for name in EDITABLE}
        return cls(number=test.control.number, initial=stored | {"version": test.row_version})

    def completed(self, test: ControlTest, *, version: int) -> "TestForm":
        """The same input with what was not sent as it is stored, to be shown and sent again; its errors stay."""
        stored = {self.add_prefix(name): getattr(test, name) for name in EDITABLE}
        stored = {name: "" if value is None else value for name, value in stored.items()}
        sent = {self.add_prefix(name): self.data[self.add_prefix(name)] for name in self.sent}
        shown = {self.add_prefix("version"): version}
        again = TestForm(stored | sent | shown, number=test.control.number)
        for error in self.non_field_errors():
            again.add_error(None, error)
        return again

    @property
    def sent(self) -> list[str]:
        """The fields of the paper that were sent."""
        return [name for name in EDITABLE if self.add_prefix(name) in self.data]

    @property
    def has_texts(self) -> bool:
        """More was sent than the two results: the row was open."""
        return any(name not in RESULTS for name in self.sent)

    def typed(self, name: str, stored: str) -> str:
        """What was sent for a field, or what is stored where nothing was."""
        return self.data.get(self.add_prefix(name), stored)

    def version_sent(self, stored: int) -> int:
        """The version that the page showed; the stored one where none can be read."""
        return self.cleaned_data.get("version", stored)

    def taken(self, test: ControlTest) -> str:
        """Who saved first, and what is stored now where that differs from what was sent."""
        said = []
        for name in self.sent:
            value = getattr(test, name)
            if self.cleaned_data.get(name) == value:
                continue
            words = TestResult(value).label if name in RESULTS and value else value
            words = _("なし") if words in ("", None) else words
            said.append(f"{test._meta.get_field(name).verbose_name}「{words}」")
        return str(_("%(name)sさんが先に保存しました。いまの記録：%(now)s")) % {
            "name": test.tested_by.name if test.tested_by else "",
            "now": "、".join(said),
        }

    def edit(self, number: str) -> TestEdit:
        """What the person changed: a result that stands as the page showed it was not touched."""
        facts = self.cleaned_data
        changes = {name: facts[name] for name in EDITABLE if name in facts}
        if "shown" in facts:
            for name, shown in zip(RESULTS, facts["shown"].split(","), strict=False):
                if changes.get(name) == shown:
                    del changes[name]
        return TestEdit(number, facts["version"], changes)


class SampleForm(VersionForm):
    """What a sample is drawn from, and how."""

    population_size = CountField(label=_("母集団の件数"), max_value=MAX_POPULATION)
    method = ChooseOneField(
        label=_("抽出の方法"),
        choices=SampleMethod.choices,
        widget=forms.RadioSelect,
        initial=SampleMethod.RANDOM,
    )
    sample_size = CountField(
        label=_("サンプルの件数"),
        required=False,
        max_value=MAX_SAMPLE,
        help_text=_("無作為抽出と等間隔抽出で使います。"),
    )
    items = PlainTextField(
        label=_("選んだ番号"),
        required=False,
        max_length=6000,
        help_text=_(
            "監査人の判断で選ぶときに、番号を「、」か空白で区切って入力します。例：3、17、25"
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_items(self) -> list[int]:
        """The numbers; every word that is none is named."""
        words = [word for word in SEPARATOR.split(code_text(self.cleaned_data["items"])) if word]
        wrong = [word for word in words if not (word.isdecimal() and len(word) < 11)]
        if wrong:
            raise ValidationError(
                _("「%(words)s」は番号として読めません。数字を「、」で区切って入力してください。"),
                params={"words": "、".join(wrong[:5])},
            )
        return [int(word) for word in words]

    def clean(self) -> dict[str, Any]:
        """Each method needs its own field."""
        method, errors = self.cleaned_data.get("method"), self.errors
        drawn = method in (SampleMethod.RANDOM, SampleMethod.SYSTEMATIC)
        if drawn and not self.cleaned_data.get("sample_size") and "sample_size" not in errors:
            self.add_error("sample_size", _("サンプルの件数を入力してください。"))
        if (
            method == SampleMethod.JUDGEMENT
            and "items" not in errors
            and not self.cleaned_data.get("items")
        ):
            self.add_error("items", _("選んだ番号を入力してください。"))
        return self.cleaned_data


class PullForm(StrictForm):
    """Controls that the auditor takes into scope, with the reason."""

    numbers = PlainTextField(
        label=_("項目の番号"),
        max_length=4000,
        help_text=_(
            "詳細管理策の番号です。いくつもあるときは「、」か改行で区切ります。例：9.2.3.11.PB"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = PlainTextField(
        label=_("理由"),
        max_length=REASON_LENGTH,
        help_text=_("監査機関の中だけで読みます。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_numbers(self) -> list[str]:
        """As the criteria write them."""
        words = SEPARATOR.split(code_text(self.cleaned_data["numbers"]))
        return [word.removeprefix("A.") for word in words if word]


class AssignForm(StrictForm):
    """Who tests the ticked rows; nobody takes them back."""

    n = ChooseManyField(
        label=_("項目"), error_messages={"required": _("担当を決める項目を選んでください。")}
    )
    assignee = ChooseOneField(label=_("担当"), required=False)

    def __init__(
        self, *args: Any, numbers: Iterable[str], team: Sequence[tuple[str, str]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["n"].choices = [(number, number) for number in numbers]
        self.fields["assignee"].choices = [("", _("担当なし")), *team]


class ReviewedForm(StrictForm):
    """A file that was looked at."""

    file = ChooseOneField(label=_("閲覧した証跡"))

    def __init__(self, *args: Any, files: Iterable[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].choices = [("", _("選んでください"))] + [
            (str(file.pk), file.label) for file in files
        ]
