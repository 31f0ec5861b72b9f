"""What an application says beside the declaration: the provider and the service, frozen when it is filed."""

from typing import Any

from declarations.snapshot import ORGANISATION_FIELDS, SERVICE_FIELDS
from registrations.models import Application


def current_particulars(application: Application) -> dict[str, dict[str, Any]]:
    """Provider and service as they are described now."""
    return {
        "organisation": {
            name: getattr(application.organisation, name) for name in ORGANISATION_FIELDS
        },
        "service": {name: getattr(application.service, name) for name in SERVICE_FIELDS},
    }


def particulars_of(application: Application) -> dict[str, dict[str, Any]]:
    """As filed; before filing as they are now."""
    return application.particulars if application.filed_at else current_particulars(application)
