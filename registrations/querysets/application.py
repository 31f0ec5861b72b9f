from django.db import models

from accounts.enums import OrganisationKind, Role
from registrations.enums import OPEN_STATES


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A CSP sees its own, the secretariat what has been filed, committee members what has been accepted."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(organisation=user.organisation_id)
        if Role.SECRETARIAT in user.roles:
            return self.filter(filed_at__isnull=False)
        if Role.COMMITTEE_MEMBER in user.roles:
            return self.filter(accepted_at__isnull=False)
        return self.none()

    def open(self):
        """Not yet decided or withdrawn."""
        return self.filter(state__in=OPEN_STATES)
