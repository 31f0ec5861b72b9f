"""The control criteria by edition."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from controls.enums import Area, ControlsAction, EditionState, Level, Standard
from controls.querysets import ControlQuerySet, EditionQuerySet
from core.models import HistoryEntry, UUIDModel

# OLD is null on insert and NEW on delete, so one function serves all three.
REFUSE_WHEN_PUBLISHED = """
    IF EXISTS (
        SELECT 1 FROM controls_catalogueedition edition
        WHERE edition.id IN (OLD.edition_id, NEW.edition_id) AND edition.state = 'published'
    ) THEN
        RAISE EXCEPTION 'control_of_published_edition: a published edition is immutable'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class CatalogueEdition(UUIDModel):
    """One edition of the control criteria (ISMAP管理基準の版). Immutable once published, by trigger."""

    code = models.CharField(_("版"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    in_force_from = models.DateField(_("適用開始日"))
    in_force_until = models.DateField(_("適用終了日"), null=True, blank=True)
    state = models.CharField(
        _("状態"), max_length=10, choices=EditionState, default=EditionState.DRAFT
    )
    source = models.CharField(_("出典"), max_length=300)
    source_sha256 = models.CharField(_("読み込んだファイルのハッシュ"), max_length=64)
    is_compared = models.BooleanField(_("公式の管理基準と照合済み"), default=False)
    compared_sha256 = models.CharField(_("照合したファイルのハッシュ"), max_length=64, blank=True)
    compared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    compared_at = models.DateTimeField(_("照合日時"), null=True)
    compared_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    compared_confirmed_at = models.DateTimeField(_("照合の確認日時"), null=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    loaded_at = models.DateTimeField(_("読込み日時"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("公開日時"), null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-in_force_from", "pk"]
        constraints = [
            models.CheckConstraint(
                name="edition_published_by_a_second_person",
                condition=Q(
                    state=EditionState.DRAFT, published_by__isnull=True, published_at__isnull=True
                )
                | (
                    Q(
                        state=EditionState.PUBLISHED,
                        published_by__isnull=False,
                        published_at__isnull=False,
                    )
                    & (Q(loaded_by__isnull=True) | ~Q(published_by=F("loaded_by")))
                ),
                violation_error_message=_("読み込んだ人とは別の人が公開してください。"),
            ),
            models.CheckConstraint(
                name="edition_compared_by_two_persons",
                condition=Q(
                    is_compared=False,
                    compared_confirmed_by__isnull=True,
                    compared_confirmed_at__isnull=True,
                )
                | (
                    Q(
                        is_compared=True,
                        compared_by__isnull=False,
                        compared_confirmed_by__isnull=False,
                        compared_confirmed_at__isnull=False,
                    )
                    & ~Q(compared_confirmed_by=F("compared_by"))
                ),
                violation_error_message=_("照合した人とは別の人が確認してください。"),
            ),
            models.CheckConstraint(
                name="edition_comparison_names_file_and_person",
                condition=Q(compared_by__isnull=True, compared_at__isnull=True, compared_sha256="")
                | Q(
                    compared_by__isnull=False,
                    compared_at__isnull=False,
                    compared_sha256__regex=r"^[0-9a-f]{64}$",
                ),
            ),
            models.CheckConstraint(
                name="edition_in_force_ordered",
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_is_immutable",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'published' AND (NEW.code, NEW.name, NEW.in_force_from, NEW.state,"
                    " NEW.source, NEW.source_sha256, NEW.loaded_by_id, NEW.loaded_at, NEW.published_by_id,"
                    " NEW.published_at) IS DISTINCT FROM (OLD.code, OLD.name, OLD.in_force_from, OLD.state,"
                    " OLD.source, OLD.source_sha256, OLD.loaded_by_id, OLD.loaded_at, OLD.published_by_id,"
                    " OLD.published_at)"
                ),
            ),
            pgtrigger.Protect(
                name="published_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=EditionState.PUBLISHED.value),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("controls:edition", args=[self.pk])


class Control(UUIDModel):
    """Any node of an edition: number, place and our own title. Official text is never part of it."""

    edition = models.ForeignKey(CatalogueEdition, models.CASCADE, related_name="controls")
    number = models.CharField(_("番号"), max_length=20)
    sort_key = ArrayField(models.PositiveSmallIntegerField())
    level = models.CharField(_("階層"), max_length=10, choices=Level)
    standard = models.CharField(_("基準"), max_length=16, choices=Standard)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    suffix = models.CharField(_("記号"), max_length=2, blank=True)
    is_mandatory = models.BooleanField(_("基本言明要件"), default=False)
    is_explanatory = models.BooleanField(_("説明のみ"), default=False)
    title = models.CharField(_("見出し"), max_length=200, blank=True)
    introduced = models.CharField(_("初出の版"), max_length=20, blank=True)
    source_standard = models.CharField(_("元になった規格"), max_length=120, blank=True)

    objects = ControlQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="control_number_once"),
            models.UniqueConstraint(fields=["edition", "sort_key"], name="control_place_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_when_published",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_WHEN_PUBLISHED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("controls:control", args=[self.pk])

    @property
    def chapter(self) -> int:
        """The first number."""
        return self.sort_key[0]


class ControlArea(models.Model):
    """Which critical area (重点領域) a control belongs to, and who says so. A detail inherits its objective's."""

    control = models.ForeignKey(Control, models.CASCADE, related_name="areas")
    area = models.CharField(_("重点領域"), max_length=12, choices=Area)
    source = models.CharField(_("出典"), max_length=120)

    class Meta:
        ordering = ["control", "area"]
        constraints = [models.UniqueConstraint(fields=["control", "area"], name="controlarea_once")]

    def __str__(self) -> str:
        return f"{self.control.number} {self.get_area_display()}"


class EditionHistory(HistoryEntry):
    """Act history of a catalogue edition."""

    edition = models.ForeignKey(CatalogueEdition, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("管理基準の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ControlsAction(self.action).label)
