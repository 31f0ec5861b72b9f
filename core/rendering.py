"""How forms become HTML: one place for label, ※必須, hint, error and counter (templates/forms/)."""

from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting


class BoundField(DjangoBoundField):
    """A field with what `forms/field.html` has to know about its widget."""

    @property
    def is_choice_group(self) -> bool:
        """Radio buttons or check boxes: a fieldset with one card per option."""
        return isinstance(self.field.widget, RadioSelect | CheckboxSelectMultiple)

    @property
    def is_check(self) -> bool:
        """A single check box, whose label stands at its right."""
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def count_max(self) -> int | None:
        """Limit shown by the character counter; None without one (`core.fields.PlainTextField`)."""
        return getattr(self.field, "count_max", None)

    @property
    def error_anchor(self) -> str:
        """Id of the control that a link in the error summary jumps to."""
        if self.is_choice_group:
            return self.subwidgets[0].id_for_label if self.subwidgets else ""
        return self.id_for_label or self.auto_id

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.count_max or not self.auto_id:
            return described
        return f"{described} {self.auto_id}_count".strip()


class FormRenderer(TemplatesSetting):
    """Django's renderer with our templates: `{{ form }}` is the error summary and every field."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField
