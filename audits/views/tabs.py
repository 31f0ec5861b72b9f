"""The two lists of external audits stand side by side."""

from django.urls import reverse
from django.utils.translation import gettext as _


def list_tabs(current: str) -> list[dict[str, object]]:
    """Engagements and plans, as components/tabs.html shows them."""
    lists = {"audits:engagements": _("監査業務"), "audits:cycles": _("監査計画")}
    return [
        {"label": label, "url": reverse(name), "is_current": name == current}
        for name, label in lists.items()
    ]
