"""Parsing of what people type about invitations, roles and themselves."""

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.choice_fields import ChooseManyField, ChooseOneField, ChooseTypedField
from core.fields import TOO_LONG, MailField, PlainTextField, WarekiDateField
from core.forms import StrictForm

MAX_PASSWORD_LENGTH = 256
PASSWORD = {"required": _("パスワードを入力してください。"), "max_length": TOO_LONG}


class SignInMailField(MailField):
    """A mail address in lower case: those that people sign in by are compared without case."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class InvitationForm(StrictForm):
    """Whom to invite, and into which of the roles that the inviting person may offer."""

    email = SignInMailField(label=_("メールアドレス"))
    roles = ChooseManyField(label=_("役割"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["roles"])
        field.choices = [(role.value, role.label) for role in roles]


class PersonField(ChooseTypedField):
    """One of several people, as a list to choose from; gives the key."""

    def __init__(self, **kwargs: Any):
        super().__init__(coerce=uuid.UUID, **kwargs)

    def offer(self, people: Iterable[User]) -> None:
        """The people who stand in the list."""
        self.choices = [
            ("", _("選んでください")),
            *((str(person.pk), f"{person.name}（{person.email}）") for person in people),
        ]


class ColleagueForm(StrictForm):
    """Base of the forms that choose a colleague."""

    person = PersonField(label=_("相手"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(people)


class GrantForm(ColleagueForm):
    """A colleague gets one more role."""

    role = ChooseOneField(label=_("役割"), widget=forms.RadioSelect)
    starts_on = WarekiDateField(label=_("開始日"))
    ends_on = WarekiDateField(label=_("終了日"), required=False)
    reason = PlainTextField(label=_("理由"), max_length=1000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("役割を付与する方")
        field = cast(forms.ChoiceField, self.fields["role"])
        field.choices = [(role.value, role.label) for role in roles]


class EndForm(StrictForm):
    """The last day of a role."""

    ends_on = WarekiDateField(
        label=_("終了日"),
        help_text=_(
            "この日の終わりまで有効です。すぐに終了するときは、昨日の日付を入力してください。"
        ),
    )
    reason = PlainTextField(label=_("理由"), max_length=1000, widget=forms.Textarea)


class HandOverForm(ColleagueForm):
    """A role goes from one person to a colleague."""

    on = WarekiDateField(label=_("引継ぎ日"), help_text=_("この日は、お二人とも役割を持ちます。"))
    reason = PlainTextField(label=_("理由"), max_length=1000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("引き継ぐ方")


class DeputyForm(ColleagueForm):
    """A colleague stands in for an absent person until a day named from the start."""

    starts_on = WarekiDateField(label=_("開始日"))
    ends_on = WarekiDateField(label=_("終了日"), help_text=_("代理には必ず期限を付けます。"))
    reason = PlainTextField(label=_("理由"), max_length=1000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("代理の方")


class JoinForm(StrictForm):
    """An existing person joins again: nothing to enter."""


class NewPersonForm(StrictForm):
    """A new person: name and password. The password is compared byte for byte, never trimmed or normalised."""

    name = PlainTextField(
        label=_("氏名"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("パスワード"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("15文字以上。覚えやすい文を長くつなげるのがおすすめです。"),
        validators=[MaxLengthValidator(MAX_PASSWORD_LENGTH)],
        error_messages=PASSWORD,
    )
    password_again = forms.CharField(
        label=_("パスワード（確認のためもう一度）"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=PASSWORD,
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if not password:
            return cleaned
        if again is not None and password != again:
            self.add_error("password_again", _("2回のパスワードが一致しません。"))
        try:
            person = User(email=self.email, name=cleaned.get("name", ""))
            password_validation.validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned
