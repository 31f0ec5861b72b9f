"""The lists of audits stand side by side."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import User
from audits import policies
from declarations.policies import can_see_own_work


def list_tabs(current: str, user: User) -> list[dict[str, object]]:
    """What components/tabs.html shows: for a provider also requests, findings and internal audits."""
    lists = {"audits:engagements": _("監査業務"), "audits:cycles": _("監査計画")}
    if can_see_own_work(user):
        lists["audits:requests"] = _("いただいている依頼")
    if policies.can_see_own_findings(user):
        lists["audits:findings"] = _("発見事項")
    if user.kind == OrganisationKind.CSP:
        lists["audits:internal_audits"] = _("内部監査")
    return [
        {"label": label, "url": reverse(name), "is_current": name == current}
        for name, label in lists.items()
    ]
