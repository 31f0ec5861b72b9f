"""Django looks for models here; other code imports from the submodules."""

from registrations.models.application import (
    Application,
    ApplicationHistory,
    ApplicationRequest,
    Clearance,
)
from registrations.models.decision import ConflictOfInterest, Decision, Vote
from registrations.models.flag import ControlFlag
from registrations.models.register import (
    ListingEvent,
    Registration,
    RegistrationHistory,
    ValidityPeriod,
)

__all__ = [
    "Application",
    "ApplicationHistory",
    "ApplicationRequest",
    "Clearance",
    "ConflictOfInterest",
    "ControlFlag",
    "Decision",
    "ListingEvent",
    "Registration",
    "RegistrationHistory",
    "ValidityPeriod",
    "Vote",
]
