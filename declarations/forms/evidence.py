"""Input of the evidence library."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.choice_fields import ChooseRowField
from core.fields import KeyField, PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from declarations.models import Declaration
from declarations.selectors.evidence_targets import codes_in
from declarations.services.evidence_library import VersionFacts
from documents.forms import UploadField

TITLE_LENGTH, NOTE_LENGTH, NUMBERS_LENGTH = 255, 200, 20_000


class LibrarySearchForm(StrictForm):
    """Free text for the library."""

    text = PlainTextField(label=_("名称・ファイル名"), max_length=100, required=False)


class VersionForm(StrictForm):
    """A file with the days that it speaks of."""

    upload = UploadField(label=_("ファイル"))
    covers_from = WarekiDateField(
        label=_("対象期間の開始日"),
        required=False,
        help_text=_("この記録が示す期間の最初の日。例：令和8年4月1日 または 2026-04-01"),
    )
    covers_until = WarekiDateField(
        label=_("対象期間の終了日"),
        required=False,
        help_text=_("この日を過ぎると期限切れになり、近づくと担当者にお知らせします。"),
    )
    collected_on = WarekiDateField(label=_("取得日"), required=False)
    note = PlainTextField(label=_("説明"), max_length=NOTE_LENGTH, required=False)
    creation_key = KeyField()

    def clean(self) -> dict[str, Any]:
        """The period runs forward."""
        first, last = self.cleaned_data.get("covers_from"), self.cleaned_data.get("covers_until")
        if first and last and last < first:
            self.add_error("covers_until", _("開始日より前です。どちらかの日付を直してください。"))
        return self.cleaned_data

    @property
    def facts(self) -> VersionFacts:
        """What is said of the file."""
        names = ("collected_on", "covers_from", "covers_until", "note")
        return VersionFacts(**{name: self.cleaned_data[name] for name in names})


class NewEvidenceForm(VersionForm):
    """The first version, with a title and the colleague who looks after it."""

    title = PlainTextField(
        label=_("名称"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=_("書かないときは、ファイル名が名称になります。"),
    )
    owner = ChooseRowField(
        label=_("担当者"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("担当者なし"),
        help_text=_("期限のお知らせが届きます。担当者がいないときは、登録した人に届きます。"),
    )

    field_order = ("upload", "title")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        _offer(self.fields["owner"], colleagues)


class RenewForm(VersionForm):
    """A further version. `links` are the statements of drafts on which it may replace an earlier one."""

    replace = forms.BooleanField(label="", required=False, initial=True)

    field_order = ("upload", "replace")

    def __init__(self, *args: Any, links: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if links:
            self.fields["replace"].label = _(
                "作成中の言明の%(count)s件の管理策で、これまでの版をこの版に差し替える"
            ) % {"count": links}
        else:
            del self.fields["replace"]


class EditEvidenceForm(StrictForm):
    """Title and owner. `version` is the row version that the person sees."""

    title = PlainTextField(label=_("名称"), max_length=TITLE_LENGTH)
    owner = ChooseRowField(
        label=_("担当者"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("担当者なし"),
    )
    version = VersionField()

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        _offer(self.fields["owner"], colleagues)


class TieForm(StrictForm):
    """To which statements of which draft. `version` is the version that the person sees."""

    declaration = ChooseRowField(
        label=_("言明"), queryset=Declaration.objects.none(), empty_label=None
    )
    numbers = PlainTextField(
        label=_("管理策の番号"),
        help_text=_(
            "1行に1つ書きます。節や統制目標の番号（例：9.2）を書くと、その中のすべての詳細管理策を選びます。"
        ),
        max_length=NUMBERS_LENGTH,
        widget=forms.Textarea,
    )
    version = KeyField(initial=None)

    def __init__(self, *args: Any, drafts: QuerySet[Declaration], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["declaration"]
        field.queryset = drafts
        field.label_from_instance = draft_label

    @property
    def codes(self) -> list[str]:
        """The numbers that were typed."""
        return codes_in(self.cleaned_data["numbers"])

    @property
    def version_id(self) -> UUID:
        """Which version is to be tied."""
        return self.cleaned_data["version"]


def draft_label(declaration: Declaration) -> str:
    """A draft in a list of choices."""
    return _("%(service)s（%(start)s〜%(end)s・第%(version)s版）") % {
        "service": declaration.service,
        "start": declaration.period_start.isoformat(),
        "end": declaration.period_end.isoformat(),
        "version": declaration.version,
    }


def _offer(field: Any, people: QuerySet[User]) -> None:
    field.queryset = people
    field.label_from_instance = lambda person: person.name
