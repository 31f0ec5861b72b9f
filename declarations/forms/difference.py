"""Choosing what a declaration is compared with."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendar import format_wareki
from core.choice_fields import ChooseOneField
from core.forms import StrictForm
from declarations.models import Declaration


class CompareForm(StrictForm):
    """One of the earlier versions and periods; sent by GET, so a comparison can be shared."""

    def __init__(self, *args: Any, earlier: Sequence[Declaration], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["with"] = ChooseOneField(
            label=gettext_lazy("比べる相手"),
            required=False,
            choices=[(str(row.pk), _named(row)) for row in earlier],
        )


def _named(declaration: Declaration) -> str:
    return _("%(end)sまでの期間・第%(version)s版（%(state)s）") % {
        "end": format_wareki(declaration.period_end, weekday=False),
        "version": declaration.version,
        "state": declaration.get_state_display(),
    }
