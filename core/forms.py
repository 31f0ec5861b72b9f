"""The base of every form, and a sent form that is shown again with other values."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

TWICE = _("同じ項目が2回送られました。どちらも使っていません。1つだけ入力し直してください。")


class StrictForm(forms.Form):
    """A value that comes twice is a broken or forged request: neither is taken, where Django would take the last."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's hook after clean(), unknown to the stubs
        for name, field in self.fields.items():
            many = getattr(field.widget, "allow_multiple_selected", False)
            if not many and self._times(name) > 1:
                self.add_error(name, TWICE)

    def _times(self, name: str) -> int:
        """How often the field was sent."""
        key = self.add_prefix(name)
        lists: tuple[Any, ...] = (self.data, self.files)
        return sum(len(sent.getlist(key)) for sent in lists if hasattr(sent, "getlist"))


def refill(form: forms.Form, values: dict[str, Any]) -> None:
    """Let a bound form show `values` in place of what was sent: after a conflict, mine and theirs put together."""
    data = cast("QueryDict", form.data).copy()
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    form.data = data
