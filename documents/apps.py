from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules

from documents.checks import warn_of_missing_parts


class DocumentsConfig(AppConfig):
    """Stored files, the PDF engine and issued forms."""

    name = "documents"
    verbose_name = "保管ファイルと帳票"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register its forms (`<app>/documents.py`)."""
        register(warn_of_missing_parts)
        autodiscover_modules("documents")
