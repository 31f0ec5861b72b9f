from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.housekeeping import clear_orphaned_files


class Command(BaseCommand):
    """The daily clean-up of stored bytes, by hand; safe to repeat."""

    help = "どの記録からも参照されない24時間より古いファイルを消し、失われたファイルを報告します。"

    def handle(self, **options):
        swept = clear_orphaned_files(now=timezone.now())
        for path in swept.cleared:
            self.stdout.write(_("消しました：%(path)s") % {"path": path})
        for path in swept.lost:
            self.stderr.write(_("失われています：%(path)s") % {"path": path})
        self.stdout.write(
            _("消したファイル%(cleared)d件、失われたファイル%(lost)d件。")
            % {"cleared": len(swept.cleared), "lost": len(swept.lost)}
        )
