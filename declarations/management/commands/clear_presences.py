from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from declarations.services.presence import clear_presences


class Command(BaseCommand):
    """The nightly clearing by hand; safe to repeat."""

    help = "1日より前の在席の記録を消します。"

    def handle(self, **options):
        cleared = clear_presences(now=timezone.now())
        self.stdout.write(_("消した在席の記録%(count)d件。") % {"count": cleared})
