"""Showing a sent form again with other values: after a conflict, mine and theirs put together."""

from typing import Any, cast

from django.forms import Form
from django.http import QueryDict


def refill(form: Form, values: dict[str, Any]) -> None:
    """Let a bound form show `values` in place of what was sent."""
    data = cast("QueryDict", form.data).copy()
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    form.data = data
