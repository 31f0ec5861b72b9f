from django.db import models

from accounts.enums import Role
from registrations.enums import DecisionState


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Proposals and decisions are for secretariat and committee alone, with the cases that they see."""
        if not user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}:
            return self.none()
        applications = self.model.application.field.related_model.objects.visible_to(user)
        return self.filter(application__in=applications)

    def open(self):
        """Proposals that are being voted on."""
        return self.filter(state=DecisionState.OPEN)


class ConflictQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A member sees the own declarations; that there are conflicts at all is told as a number only."""
        return self.filter(member=user.pk)

    def in_force(self):
        """Declared and not ended."""
        return self.filter(ended_at__isnull=True)

    def with_provider(self, organisation_id):
        """Declared with one cloud service provider."""
        return self.filter(organisation=organisation_id)
