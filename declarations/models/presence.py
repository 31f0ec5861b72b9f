"""Who has which section of a declaration open."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models.declaration import Declaration


class Presence(models.Model):
    """Where a person was last seen in a declaration (在席): one row each, renewed while the page is in sight.

    A hint for colleagues and no history: nothing follows from it, and it is cleared after a day.
    """

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    section = models.ForeignKey("controls.Control", models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(_("最後に見えた日時"))

    class Meta:
        ordering = ["declaration", "person"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "person"], name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.section.number}"
