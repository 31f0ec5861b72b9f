"""Input of comments."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.choice_fields import ChooseManyField
from core.fields import KeyField, PlainTextField, VersionField
from core.forms import StrictForm
from declarations.models.comment import COMMENT_LIMIT


class CommentForm(StrictForm):
    """A comment and whom to tell. `place` keeps the ids apart where several of these forms stand on one page."""

    body = PlainTextField(
        label=_("コメント"),
        max_length=COMMENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    mentions = ChooseManyField(
        label=_("知らせる人"),
        help_text=_("選んだ人と、このやり取りに参加している人に、メールで知らせます。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    creation_key = KeyField()

    def __init__(self, *args: Any, people: Iterable[User], place: str = "new", **kwargs: Any):
        super().__init__(*args, auto_id=f"{place}-%s", **kwargs)
        choices = [(str(person.pk), person.name) for person in people]
        self.fields["mentions"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["mentions"]

    @property
    def mentioned(self) -> list[uuid.UUID]:
        """The ids of those who are addressed."""
        return [uuid.UUID(value) for value in self.cleaned_data.get("mentions", [])]


class ResolveForm(StrictForm):
    """How many comments of the thread were on the page."""

    seen = VersionField()
