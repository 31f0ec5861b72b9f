"""Which papers a workbook holds."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits.selectors.fieldwork_progress import ChapterProgress
from audits.selectors.fieldwork_rows import FILTERS
from core.choice_fields import ChooseOneField
from core.forms import StrictForm


class PartForm(StrictForm):
    """A section, and what the filters of its page show. Unknown values narrow nothing."""

    section = ChooseOneField(label=_("節"), required=False)
    show = ChooseOneField(
        label=_("絞り込み"), required=False, choices=[("", _("すべての項目")), *FILTERS.items()]
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, chapters: Iterable[ChapterProgress]
    ):
        super().__init__(data)
        sections = [one for chapter in chapters for one in chapter.sections]
        self.fields["section"].choices = [("", _("すべての節"))] + [
            (one.number, f"{one.number} {one.title}") for one in sections
        ]

    @property
    def chosen(self) -> tuple[str, str]:
        """Section and filter; empty for all."""
        self.is_valid()
        return self.cleaned_data.get("section", ""), self.cleaned_data.get("show", "")
