"""Official texts of the criteria: imported by the operator for this installation, never shipped."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from controls.models.edition import Control


class ControlText(models.Model):
    """The official text of one control (管理基準の本文) in this installation, with the file that it came from.

    A later import supersedes it and keeps it. `digest` is that of the text without differences of width and blanks.
    """

    control = models.ForeignKey(Control, models.PROTECT, related_name="texts")
    text = models.TextField(_("本文"))
    digest = models.CharField(max_length=64)
    source_sha256 = models.CharField(_("読み込んだファイルのハッシュ"), max_length=64)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("読込み日時"))
    superseded_at = models.DateTimeField(_("差替え日時"), null=True)

    class Meta:
        ordering = ["control", "-imported_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["control"],
                condition=Q(superseded_at__isnull=True),
                name="controltext_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.control.number
