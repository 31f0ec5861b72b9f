from django.apps import AppConfig


class ControlsConfig(AppConfig):
    """The control catalogue and the scheme's dated parameters."""

    name = "controls"
    verbose_name = "管理基準"
    default_auto_field = "django.db.models.BigAutoField"
