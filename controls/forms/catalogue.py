"""What people type on the pages of the catalogue."""

from django.utils.translation import gettext_lazy as _

from core.fields import PlainTextField
from core.forms import StrictForm


class ControlSearchForm(StrictForm):
    """Search within one edition."""

    q = PlainTextField(label=_("番号または語句"), max_length=100, required=False)
