"""Cases of the app above that the pages of a filed declaration need."""

from tests.registrations.conftest import filed, prepared

__all__ = ["filed", "prepared"]
