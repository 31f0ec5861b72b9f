from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.notifications import invitation_link
from accounts.services import invitations
from core.exceptions import DomainError
from core.templatetags.dates import jst_text


class Command(BaseCommand):
    """Opens the door of a new installation: prints a one-time link for the first administrator."""

    help = (
        "Print a one-time link by which EMAIL becomes the first system administrator. "
        "Makes the committee's organisation if there is none. Refuses when an administrator is active."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument(
            "--organisation",
            metavar="NAME",
            default=_("運営委員会・事務局"),
            help="name of the committee's organisation, if it has to be made",
        )

    def handle(self, *args: str, **options: str) -> None:
        email = invitations.plain_email(options["email"])
        try:
            validate_email(email)
            invitation = invitations.invite_first_administrator(
                email=email, organisation_name=options["organisation"]
            )
        except ValidationError as error:
            raise CommandError(
                _("メールアドレスの形式が正しくありません：%(email)s") % {"email": options["email"]}
            ) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("次のリンクをブラウザで開いて、システム管理者（%(email)s）の登録を済ませてください。")
            % {"email": email}
        )
        self.stdout.write(invitation_link(invitation))
        self.stdout.write(
            _("有効期限は%(until)sです。リンクは1回だけ使えます。")
            % {"until": jst_text(invitation.expires_at)}
        )
