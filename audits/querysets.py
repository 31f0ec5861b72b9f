from django.db import models

from accounts.enums import OrganisationKind
from declarations.querysets import shared_with


class EngagementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The CSP that commissioned, the people of the firm that was asked, and the secretariat."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(declaration__service__organisation=user.organisation_id)
        if user.kind == OrganisationKind.AUDIT_BODY:
            return self.filter(firm=user.organisation_id)
        column = shared_with(user)
        return self.filter(**{f"declaration__{column}__isnull": False}) if column else self.none()


class InternalAuditQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The CSP that filed it; the committee side once the declaration has reached it."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(declaration__service__organisation=user.organisation_id)
        column = shared_with(user)
        return self.filter(**{f"declaration__{column}__isnull": False}) if column else self.none()
