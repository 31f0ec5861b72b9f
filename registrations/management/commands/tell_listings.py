from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from registrations.services import listing


class Command(BaseCommand):
    """Does by hand what beat does every night; running it twice changes nothing."""

    help = "Say where every registration stands to those who build on its service."

    def handle(self, *_args: str, **_options: Any) -> None:
        count = listing.tell_listings()
        self.stdout.write(_("反映した登録：%(count)s件") % {"count": count})
