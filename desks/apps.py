from django.apps import AppConfig


class DesksConfig(AppConfig):
    """Start pages per role; reads every app, changes none."""

    name = "desks"
    verbose_name = "机"
    default_auto_field = "django.db.models.BigAutoField"
