from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """External audit engagements and internal-audit submissions."""

    name = "audits"
    verbose_name = "監査"
    default_auto_field = "django.db.models.BigAutoField"
