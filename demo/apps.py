from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demo people, texts and journeys. Installed by the demo settings and by no others."""

    name = "demo"
    verbose_name = "見本"
