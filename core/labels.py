"""Labels of model fields for sentences: said once, on the model."""

from typing import Any, cast

from django.db.models import Field, Model


def field_label(model: Model | type[Model], name: str) -> str:
    """The Japanese label of a field, in the language of the moment."""
    field = cast("Field[Any, Any]", model._meta.get_field(name))
    return str(field.verbose_name)
