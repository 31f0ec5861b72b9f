"""Official texts as pages of this and other apps show them."""

from controls.models import Control, ControlText


def text_in_force(control: Control | None) -> ControlText | None:
    """The official text of a control in this installation; None without one. One query."""
    if control is None:
        return None
    return control.texts.filter(superseded_at__isnull=True).first()
