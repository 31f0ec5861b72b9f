from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from controls.difference import Difference
from controls.services.catalogue import load_catalogue
from core.exceptions import DomainError


class Command(BaseCommand):
    """Compare a catalogue file with an edition and, on request, write it as a draft."""

    help = "管理基準のCSVと版の差分を表示します。--apply を付けると下書きとして書き込みます。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="UTF-8のCSV")
        parser.add_argument("--edition", required=True, help="版のコード（例：2024-07）")
        parser.add_argument("--name", default="", help="版の名称（新しい版では必須）")
        parser.add_argument(
            "--from",
            dest="in_force_from",
            type=date.fromisoformat,
            help="適用開始日（例：2024-07-01、新しい版では必須）",
        )
        parser.add_argument("--apply", action="store_true", help="下書きとして書き込む")
        parser.add_argument("--as", dest="email", default="", help="操作者のメールアドレス")

    def handle(self, *, file: Path, edition, name, in_force_from, apply, email, **options):
        try:
            result = load_catalogue(
                content=file.read_bytes(),
                file_name=file.name,
                edition_code=edition,
                actor=User.objects.get(email__iexact=email) if email else None,
                name=name,
                in_force_from=in_force_from,
                apply=apply,
            )
        except OSError as error:
            raise CommandError(_("ファイルを読めません：%(error)s") % {"error": error}) from error
        except User.DoesNotExist as error:
            raise CommandError(
                _("利用者%(email)sは登録されていません。") % {"email": email}
            ) from error
        except PermissionDenied as error:
            raise CommandError(
                _("%(email)sには管理基準を読み込む権限がありません。") % {"email": email}
            ) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._print(result.difference)
        if result.left_out:
            self.stdout.write(
                _("この版より後に追加された%(count)d件は対象外です。") % {"count": result.left_out}
            )
        self.stdout.write(self._outcome(result.difference, apply=apply))

    def _print(self, difference: Difference) -> None:
        for entry in difference.added:
            self.stdout.write(f"+ {entry.number} {entry.title}".rstrip())
        for entry in difference.removed:
            self.stdout.write(f"- {entry.number} {entry.title}".rstrip())
        for change in difference.changed:
            self.stdout.write(
                f"~ {change.number} {change.field_label}：{change.before} → {change.after}"
            )

    def _outcome(self, difference: Difference, *, apply: bool) -> str:
        counts = _("追加%(added)d件、削除%(removed)d件、変更%(changed)d件。") % {
            "added": len(difference.added),
            "removed": len(difference.removed),
            "changed": len(difference.changed),
        }
        if difference.is_empty:
            return _("差分はありません。何も書き込んでいません。")
        if not apply:
            return counts + _("書き込むには --apply を付けてください。")
        return counts + _("下書きとして書き込みました。別の人が画面で公開してください。")
