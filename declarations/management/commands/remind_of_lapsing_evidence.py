from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from declarations.services import evidence_reminders


class Command(BaseCommand):
    """Does by hand what beat does every morning; running it twice sends nothing twice."""

    help = "Ask for the mails about evidence that lapses soon, once per version and stage."

    def handle(self, *_args: str, **_options: Any) -> None:
        count = evidence_reminders.remind_of_lapsing_evidence()
        self.stdout.write(_("期限のお知らせの対象：%(count)s件") % {"count": count})
