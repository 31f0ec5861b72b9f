from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from audits.services import remedy_reminders


class Command(BaseCommand):
    """Does by hand what beat does every morning; running it twice sends nothing twice."""

    help = "Ask for the mails about overdue remedies of findings and nonconformities, once per due day."

    def handle(self, *_args: str, **_options: Any) -> None:
        count = remedy_reminders.remind_of_overdue_remedies()
        self.stdout.write(_("期限を過ぎた改善と是正処置：%(count)s件") % {"count": count})
