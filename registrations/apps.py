from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Applications, decisions, the register and the public list."""

    name = "registrations"
    verbose_name = "登録"
    default_auto_field = "django.db.models.BigAutoField"
