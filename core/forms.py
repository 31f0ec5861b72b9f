"""The base of every form."""

from typing import Any

from django import forms
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
