from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Organisations, people, memberships and invitations."""

    name = "accounts"
    verbose_name = "組織と利用者"
    default_auto_field = "django.db.models.BigAutoField"
