"""Services on the ISMAP lists that others build on (基盤クラウドサービス; criteria 2.2.2)."""

from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.db import DayRange
from core.models import HistoryEntry, UUIDModel
from declarations.enums import ListedOrigin, ListedServiceAction, ListName
from declarations.models.service import CloudService
from declarations.querysets import ListedServiceQuerySet


class ListedService(UUIDModel):
    """A service on one of the two lists, from one day to another. Back on the list after leaving, it is another row.

    The secretariat enters it with its source, or our own register tells of it (`origin`). `listed_until` is the last
    day on the list; empty while it is on it. `cloud_service` is known for services of this register.
    """

    list_name = models.CharField(_("リスト"), max_length=10, choices=ListName)
    number = models.CharField(_("登録番号"), max_length=40)
    name = models.CharField(_("サービス名"), max_length=200)
    provider_name = models.CharField(_("事業者名"), max_length=200)
    search_key = models.CharField(max_length=1000, editable=False)
    listed_from = models.DateField(_("掲載開始日"))
    listed_until = models.DateField(_("掲載最終日"), null=True, blank=True)
    source = models.CharField(_("出典"), max_length=500, blank=True)
    origin = models.CharField(
        _("登録のしかた"), max_length=10, choices=ListedOrigin, default=ListedOrigin.ENTERED
    )
    cloud_service = models.ForeignKey(
        CloudService, models.PROTECT, null=True, editable=False, related_name="+"
    )
    creation_key = models.UUIDField(editable=False, unique=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = ListedServiceQuerySet.as_manager()

    class Meta:
        ordering = ["number", "listed_from"]
        constraints = [
            # A number names one service at a time, whichever list it stands on.
            ExclusionConstraint(
                name="listedservice_number_once_a_day",
                expressions=[
                    ("number", RangeOperators.EQUAL),
                    (
                        DayRange(
                            "listed_from", "listed_until", RangeBoundary(inclusive_upper=True)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="listedservice_ends_after_it_begins",
                condition=Q(listed_until__isnull=True) | Q(listed_until__gte=F("listed_from")),
            ),
            models.CheckConstraint(
                name="listedservice_is_named",
                condition=~Q(number="") & ~Q(name="") & ~Q(provider_name=""),
            ),
            models.CheckConstraint(
                name="listedservice_entered_with_source",
                condition=Q(origin=ListedOrigin.REGISTER) | ~Q(source=""),
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("declarations:listed-service", args=[self.pk])

    def covers(self, start: date, end: date) -> bool:
        """On the list on every day from `start` to `end`, as far as is known."""
        return self.listed_from <= start and (self.listed_until is None or self.listed_until >= end)


class ListedServiceHistory(HistoryEntry):
    """Act history of a listed service. What the register tells has no person."""

    listed_service = models.ForeignKey(ListedService, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("基盤クラウドサービスの操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ListedServiceAction(self.action).label)
