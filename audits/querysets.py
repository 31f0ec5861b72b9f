from django.db import models
from django.db.models import Exists, Max, OuterRef

from accounts.enums import OrganisationKind
from audits.enums import ACCEPTED_STATES, EngagementState
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

    def accepted(self):
        """Engagements that the firm has taken."""
        return self.filter(state__in=ACCEPTED_STATES)

    def auditing(self, declaration):
        """The engagements taken for the period of this declaration, in any of its versions, newest first."""
        return (
            self.accepted()
            .filter(
                declaration__service=declaration.service_id,
                declaration__period_start=declaration.period_start,
            )
            .order_by("-commissioned_at", "pk")
        )

    def in_cycle(self, cycle, user):
        """The engagements taken for the years of a cycle that this person sees, oldest first.

        The provider knows all of them, a firm those up to its own last one, the committee side those of declarations
        that have reached it.
        """
        taken = self.accepted().filter(
            declaration__service=cycle.service_id,
            declaration__period_end__range=(cycle.starts_on, cycle.ends_on),
        )
        if user.kind == OrganisationKind.AUDIT_BODY:
            own = taken.visible_to(user).aggregate(last=Max("declaration__period_end"))["last"]
            taken = taken.filter(declaration__period_end__lte=own) if own else taken.none()
        elif user.kind != OrganisationKind.CSP:
            taken = taken.visible_to(user)
        return taken.order_by("commissioned_at", "pk")


class AuditCycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A plan is read by whom the declaration that it rests on has reached.

        That is its provider; a firm that took the audit of that period or of a later one; and the committee side once
        that declaration was filed.
        """
        if user.kind == OrganisationKind.CSP:
            return self.filter(service__organisation=user.organisation_id)
        if user.kind == OrganisationKind.AUDIT_BODY:
            declarations = self.model.declaration.field.related_model
            taken = declarations.engagements.rel.related_model.objects.accepted().filter(
                firm=user.organisation_id,
                declaration__service=OuterRef("service"),
                declaration__period_start__gte=OuterRef("declaration__period_start"),
                declaration__period_end__lte=OuterRef("ends_on"),
            )
            return self.filter(Exists(taken))
        column = shared_with(user)
        return self.filter(**{f"declaration__{column}__isnull": False}) if column else self.none()

    def covering(self, service_id, first, last):
        """Cycles of a service that share a day with these."""
        return self.filter(service=service_id, starts_on__lte=last, ends_on__gte=first)


class InternalAuditQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The CSP that filed it; the committee side once the declaration has reached it."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(declaration__service__organisation=user.organisation_id)
        column = shared_with(user)
        return self.filter(**{f"declaration__{column}__isnull": False}) if column else self.none()


class ControlTestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Working papers belong to the firm: who may read the engagement there, and nobody else."""
        if user.kind != OrganisationKind.AUDIT_BODY:
            return self.none()
        engagements = self.model.engagement.field.related_model.objects
        return self.filter(engagement__in=engagements.visible_to(user))


class EvidenceRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The firm that asks and the provider that answers; the committee side has no part in it."""
        if user.kind not in (OrganisationKind.AUDIT_BODY, OrganisationKind.CSP):
            return self.none()
        engagements = self.model.engagement.field.related_model.objects
        return self.filter(engagement__in=engagements.visible_to(user))


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The firm; from its issue on, the provider; the committee side with the report that names it."""
        engagements = self.model.engagement.field.related_model.objects
        found = self.filter(engagement__in=engagements.visible_to(user))
        if user.kind == OrganisationKind.AUDIT_BODY:
            return found
        found = found.filter(issued_at__isnull=False)
        if user.kind == OrganisationKind.CSP:
            return found
        return found.filter(engagement__state=EngagementState.REPORTED)
