"""What `manage.py check` says about this server."""

from typing import Any

from django.core.checks import Warning as CheckWarning

from documents import pdf


def warn_of_missing_parts(**_kwargs: Any) -> list[CheckWarning]:
    """Without pango or the fonts everything works but the PDF jobs, which end with the line to run."""
    missing = pdf.missing_system_parts()
    if not missing:
        return []
    return [
        CheckWarning(
            f"PDFs cannot be made on this server, missing: {', '.join(missing)}.",
            hint=f"Run as root: {pdf.INSTALL_LINE}",
            id="documents.W001",
        )
    ]
