from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from audits.services import finding_reminders


class Command(BaseCommand):
    """Does by hand what beat does every morning; running it twice sends nothing twice."""

    help = "Ask for the mails about remedies of findings that are overdue, once per due date."

    def handle(self, *_args: str, **_options: Any) -> None:
        count = finding_reminders.remind_of_overdue_findings()
        self.stdout.write(_("期限を過ぎた発見事項：%(count)s件") % {"count": count})
