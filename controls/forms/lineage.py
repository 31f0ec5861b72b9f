"""What people type on the pages of the lineages (新旧対照)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from controls.catalogue_file import parse_number
from controls.enums import Relation
from controls.models import CatalogueEdition, Control, ControlLineage, Lineage
from controls.selectors.lineage import LINE_LEVELS
from controls.services.lineage import LineFacts
from core.choice_fields import ChooseOneField, ChooseRowField
from core.fields import PlainTextField
from core.forms import StrictForm

EVERY_LINE = "all"
MISSING = {"required": _("選んでください。")}


class LineFilterForm(StrictForm):
    """Which lines are shown; without a choice those that changed."""

    relation = ChooseOneField(
        label=_("変更の種類"),
        choices=[("", _("変更のあった行")), (EVERY_LINE, _("すべての行")), *Relation.choices],
        required=False,
    )
    q = PlainTextField(label=_("番号"), max_length=20, required=False)


class ProposeLineageForm(StrictForm):
    """From which published edition to which."""

    old = ChooseRowField(
        label=_("元の版"), queryset=CatalogueEdition.objects.none(), error_messages=MISSING
    )
    new = ChooseRowField(
        label=_("新しい版"), queryset=CatalogueEdition.objects.none(), error_messages=MISSING
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            self.fields[name].queryset = CatalogueEdition.objects.published()


class ControlNumberField(forms.CharField):
    """The number of an objective or detail of one edition, cleaned to the control; None when empty."""

    def __init__(self, *, edition: CatalogueEdition, **kwargs: Any):
        self.edition = edition
        super().__init__(required=False, max_length=64, **kwargs)
        self.widget.attrs |= {"class": "input--short", "autocomplete": "off"}

    def clean(self, value: Any) -> Control | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number, _key, _suffix = parse_number(text)
        except ValueError as error:
            raise ValidationError(str(error), code="number") from error
        found = self.edition.controls.filter(number=number, level__in=LINE_LEVELS).first()
        if found is None:
            raise ValidationError(
                _("%(edition)sに、番号%(number)sの統制目標・詳細管理策はありません。"),
                code="unknown",
                params={"edition": self.edition, "number": number},
            )
        return found


class LineForm(StrictForm):
    """What really became of a control."""

    relation = ChooseOneField(
        label=_("変更の種類"), choices=Relation.choices, error_messages=MISSING
    )
    note = PlainTextField(
        label=_("説明"),
        max_length=300,
        required=False,
        help_text=_("何が変わったかを短く書きます。例：例示の追加"),
    )

    field_order = ("old", "new", "relation", "note")

    def __init__(self, *args: Any, lineage: Lineage, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["old"] = ControlNumberField(
            edition=lineage.old_edition,
            label=_("元の版の番号"),
            help_text=_("新設のときは空にします。"),
        )
        self.fields["new"] = ControlNumberField(
            edition=lineage.new_edition,
            label=_("新しい版の番号"),
            help_text=_("廃止のときは空にします。"),
        )
        self.order_fields(self.field_order)

    @property
    def facts(self) -> LineFacts:
        """What was typed, for the act."""
        old, new = self.cleaned_data["old"], self.cleaned_data["new"]
        return LineFacts(
            relation=self.cleaned_data["relation"],
            old_id=old.pk if old else None,
            new_id=new.pk if new else None,
            note=self.cleaned_data["note"],
        )


def initial_line(line: ControlLineage) -> dict[str, Any]:
    """The form as it opens on a line."""
    return {
        "old": line.old.number if line.old else "",
        "new": line.new.number if line.new else "",
        "relation": line.relation,
        "note": line.note,
    }
