"""Hints that say which of the typed texts stand on the public list (parameter `public_list_columns`)."""

from django.forms import Form
from django.utils.translation import gettext as _

from controls.enums import ParameterStatus
from controls.rules import Rules

# Columns of the public list that are called otherwise in the forms.
COLUMN_OF = {"name": "service_name"}


def tell_publication(form: Form, rules: Rules) -> None:
    """End the hint of every field that a person sees with whether it is published, and how sure that is."""
    published = {
        column["key"]: column["status"] for column in rules.value("public_list_columns") or []
    }
    for name, field in form.fields.items():
        if not field.widget.is_hidden:
            hints = str(field.help_text), _publication(published.get(COLUMN_OF.get(name, name)))
            field.help_text = " ".join(filter(None, hints))


def _publication(status: str | None) -> str:
    if status is None:
        return _("公開リストには載りません。")
    return _("公開リストに載ります（掲載項目の確度：%(status)s）。") % {
        "status": ParameterStatus(status).label
    }
