from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileState(TextChoices):
    """Whether a stored file has passed the virus scan."""

    QUARANTINE = "quarantine", _("未検査")
    CLEAN = "clean", _("検査済み")
    REFUSED = "refused", _("受入れ不可")


class DocumentState(TextChoices):
    """An issued form waits for its file, has it, or could not be made."""

    PENDING = "pending", _("作成中")
    ISSUED = "issued", _("発行済み")
    FAILED = "failed", _("作成できませんでした")


class ImportState(TextChoices):
    """Where a workbook stands that somebody has uploaded (ブックの取込み)."""

    PARSING = "parsing", _("読取り中")
    READY = "ready", _("確認待ち")
    REFUSED = "refused", _("読取り不可")
    APPLIED = "applied", _("取込み済み")
    DISCARDED = "discarded", _("取りやめ")
