from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from audits.services import request_chaser


class Command(BaseCommand):
    """Does by hand what beat does every morning; running it twice sends nothing twice."""

    help = "Ask for the mails about evidence requests that are due, once per last day and stage."

    def handle(self, *_args: str, **_options: Any) -> None:
        count = request_chaser.chase_evidence_requests()
        self.stdout.write(_("お知らせの対象：%(count)s件") % {"count": count})
