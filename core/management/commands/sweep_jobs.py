from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs


class Command(BaseCommand):
    """Wake workers for the jobs that nobody took, by hand; safe to repeat."""

    help = "受け取られていない処理について、ワーカーをもう一度呼びます。"

    def handle(self, **options):
        count = jobs.sweep(now=timezone.now())
        self.stdout.write(_("呼び直した処理%(count)d件。") % {"count": count})
