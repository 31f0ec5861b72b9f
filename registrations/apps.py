from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Applications, decisions, the register and the public list."""

    name = "registrations"
    verbose_name = "登録"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The page of a service shows its registration."""
        from declarations import standing  # noqa: PLC0415 -- app ready
        from registrations.selectors.standing import standing_of  # noqa: PLC0415 -- app ready

        standing.register(standing_of)
