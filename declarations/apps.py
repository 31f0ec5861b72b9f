from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """Cloud services, declarations and statements."""

    name = "declarations"
    verbose_name = "言明"
    default_auto_field = "django.db.models.BigAutoField"
