from datetime import date

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from controls.enums import EditionState, Level, ParameterState

STAFF = frozenset({Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN})


class EditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in for an organisation reads published editions; drafts are for staff."""
        if user.roles & STAFF:
            return self
        return self.published() if user.organisation_id else self.none()

    def published(self):
        """Editions that declarations may be made against."""
        return self.filter(state=EditionState.PUBLISHED)

    def in_force(self, on: date):
        """Published editions in force on that day; several may be, newest first."""
        return (
            self.published()
            .filter(in_force_from__lte=on)
            .filter(Q(in_force_until__isnull=True) | Q(in_force_until__gte=on))
            .order_by("-in_force_from", "pk")
        )


class ControlQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The controls of visible editions."""
        edition = self.model._meta.get_field("edition").related_model
        editions: EditionQuerySet = EditionQuerySet(model=edition)
        return self.filter(edition__in=editions.visible_to(user))

    def details(self):
        """The four-part rows: what a CSP declares on."""
        return self.filter(level=Level.DETAIL)

    def in_order(self):
        """By the integer parts of the number, never as text."""
        return self.order_by("edition", "sort_key")


class ParameterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff only; what follows from a parameter is shown to others where it matters to them."""
        return self if user.roles & STAFF else self.none()

    def published(self):
        """Values that hold, held or will hold on some day."""
        return self.filter(state=ParameterState.PUBLISHED)

    def waiting(self):
        """Proposals that wait for a second person."""
        return self.filter(state=ParameterState.DRAFT)

    def in_force(self, on: date):
        """Published values that hold on that day."""
        return (
            self.published()
            .filter(Q(in_force_from__isnull=True) | Q(in_force_from__lte=on))
            .filter(Q(in_force_until__isnull=True) | Q(in_force_until__gte=on))
        )


class LineageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in for an organisation reads published lineages; drafts are for staff."""
        if user.roles & STAFF:
            return self
        return self.published() if user.organisation_id else self.none()

    def published(self):
        """Lineages that declarations may be carried over by."""
        return self.filter(state=EditionState.PUBLISHED)


class TextImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The work on official workbooks is for staff; the texts themselves are shown to everybody signed in."""
        return self if user.roles & STAFF else self.none()
