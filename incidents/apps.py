from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Incident desk and suspension cases; its rows come with the incident work."""

    name = "incidents"
    verbose_name = "インシデント"
    default_auto_field = "django.db.models.BigAutoField"
