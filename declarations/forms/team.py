"""Input of assigning, handing over and reviewing."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.choice_fields import ChooseOneField
from core.fields import PlainTextField, VersionField
from core.forms import StrictForm
from declarations.services.review import NOTE

NOBODY = "none"
CHOOSE = ("", _("選んでください"))


def _people(people: Iterable[User]) -> list[tuple[Any, Any]]:
    return [(str(person.pk), person.name) for person in people]


class AssignForm(StrictForm):
    """Who looks after the selected rows."""

    owner = ChooseOneField(
        label=_("担当者"),
        error_messages={"required": _("担当者を選んでください。")},
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [CHOOSE, *_people(people), (NOBODY, _("担当者を外す"))]  # type: ignore[attr-defined]

    @property
    def owner_id(self) -> uuid.UUID | None:
        """The person, or nobody."""
        value = self.cleaned_data["owner"]
        return None if value == NOBODY else uuid.UUID(value)


class ReviewForm(StrictForm):
    """Whom to ask about the selected rows."""

    reviewer = ChooseOneField(
        label=_("確認する人"),
        help_text=_("その人が最後に書いた項目は、依頼から外れます。"),
        error_messages={"required": _("確認する人を選んでください。")},
    )
    note = PlainTextField(
        label=_("伝えたいこと"),
        help_text=_("見てほしい点があれば書いてください。依頼のメールと変更履歴に載ります。"),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [CHOOSE, *_people(people)]  # type: ignore[attr-defined]


class ReturnForm(StrictForm):
    """Why a row goes back."""

    reason = PlainTextField(
        label=_("差し戻す理由"),
        help_text=_("何を直せばよいかを具体的に書いてください。項目と変更履歴に表示されます。"),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("差し戻す理由を入力してください。")},
    )


class AgreeForm(StrictForm):
    """The row version that was read."""

    version = VersionField()


class HandOverForm(StrictForm):
    """From whom to whom."""

    one = ChooseOneField(
        label=_("引き継ぐ人"), error_messages={"required": _("引き継ぐ人を選んでください。")}
    )
    other = ChooseOneField(
        label=_("引き継ぐ相手"), error_messages={"required": _("引き継ぐ相手を選んでください。")}
    )

    def __init__(self, *args: Any, holders: Iterable[User], people: Iterable[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["one"].choices = [CHOOSE, *_people(holders)]  # type: ignore[attr-defined]
        self.fields["other"].choices = [CHOOSE, *_people(people)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two people."""
        data = self.cleaned_data
        if data.get("one") and data.get("one") == data.get("other"):
            self.add_error("other", _("引き継ぐ人と別の人を選んでください。"))
        return data
