"""The cloud service: what is declared, applied for and listed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, UUIDModel
from declarations.enums import DeliveryModel, ServiceAction
from declarations.querysets import CloudServiceQuerySet


class CloudService(UUIDModel):
    """A cloud service (クラウドサービス) with the facts that application and public list ask for.

    Which of them are public is the parameter `published_declaration_fields` and the columns of the list.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="services"
    )
    name = models.CharField(_("サービス名"), max_length=200)
    name_kana = models.CharField(_("フリガナ"), max_length=200)
    search_key = models.CharField(max_length=1000, editable=False)
    delivery_model = models.CharField(
        _("提供形態"), max_length=10, choices=DeliveryModel, default=DeliveryModel.SAAS
    )
    overview = models.TextField(_("サービスの概要"))
    regions = models.TextField(_("対象リージョン"))
    base_services = models.TextField(_("基盤クラウドサービスと登録番号"), blank=True)
    uncovered_services = models.TextField(_("対象外サービスとの関係"), blank=True)
    target_businesses = ArrayField(
        models.CharField(max_length=200), verbose_name=_("対象業務"), default=list, blank=True
    )
    data_locations = models.TextField(_("データの保管場所"))
    foreign_law_risk = models.TextField(_("国外の法令による情報開示等のリスク"), blank=True)
    governing_law = models.TextField(_("準拠法・裁判管轄"))
    capital_and_officers = models.TextField(_("資本関係・役員等の情報"), blank=True)
    third_party_tests = models.TextField(_("第三者による検査の状況と受入れ"), blank=True)
    other_certifications = models.TextField(_("他の認証・監査制度の取得状況"), blank=True)
    generative_ai = models.TextField(_("生成AIに関する情報"), blank=True)
    contact_name = models.CharField(_("連絡先の部署・氏名"), max_length=200)
    contact_email = models.EmailField(_("連絡先のメールアドレス"))
    contact_phone = models.CharField(_("連絡先の電話番号"), max_length=30, blank=True)
    creation_key = models.UUIDField(editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登録日時"))

    objects = CloudServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name_kana", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="service_name_once_per_organisation"
            ),
            models.UniqueConstraint(
                fields=["organisation", "creation_key"], name="service_created_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("declarations:service", args=[self.pk])


class CloudServiceHistory(HistoryEntry):
    """Act history of a cloud service."""

    service = models.ForeignKey(CloudService, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("サービスの操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ServiceAction(self.action).label)
