from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from controls.services.catalogue import load_shipped_editions


class Command(BaseCommand):
    """Load the scheme parameters and the two shipped editions; safe to repeat."""

    help = (
        "同梱の制度パラメータと管理基準の2つの版を読み込みます。何度実行しても同じ結果になります。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--publisher", default="", help="版を公開する運営委員のメールアドレス")

    def handle(self, *, publisher: str, **options):
        try:
            person = User.objects.get(email__iexact=publisher) if publisher else None
            editions = load_shipped_editions(publisher=person)
        except User.DoesNotExist as error:
            raise CommandError(
                _("利用者%(email)sは登録されていません。") % {"email": publisher}
            ) from error
        except PermissionDenied as error:
            raise CommandError(
                _("%(email)sには版を公開する権限がありません。") % {"email": publisher}
            ) from error
        for edition in editions:
            self.stdout.write(
                _("%(code)s：詳細管理策%(count)d件（%(state)s）")
                % {
                    "code": edition.code,
                    "count": edition.controls.details().count(),
                    "state": edition.get_state_display(),
                }
            )
        if any(edition.published_at is None for edition in editions):
            self.stdout.write(
                _("下書きの版は、運営委員が管理基準の画面で公開すると使えるようになります。")
            )
