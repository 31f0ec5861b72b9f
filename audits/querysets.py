from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery

from accounts.enums import OrganisationKind, Role
from audits.enums import (
    ACCEPTED_STATES,
    OPEN_FINDINGS,
    OPEN_REQUESTS,
    WAITING_REQUESTS,
    EngagementMove,
    EngagementState,
    FindingState,
    StatementOutcome,
)
from declarations.querysets import shared_with


def _beside(side: str, service, period_start, commissioned_at) -> Q:
    """Audits of the service that are earlier (`lt`) or later (`gt`) than the one with these values.

    The audited period decides, and in the same one the commission: it may have been ended, or given for a new version.
    """
    same_period = Q(
        Q(declaration__period_start=period_start),
        Q(**{f"commissioned_at__{side}": commissioned_at}),
    )
    return Q(
        Q(declaration__service=service),
        Q(**{f"declaration__period_start__{side}": period_start}) | same_period,
    )


def _place_of(engagement):
    audited = engagement.declaration
    return audited.service_id, audited.period_start, engagement.commissioned_at


class EngagementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The CSP that commissioned, the leads of the firm that was asked, its team, and the committee side."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(declaration__service__organisation=user.organisation_id)
        if user.kind == OrganisationKind.AUDIT_BODY:
            found = self.filter(firm=user.organisation_id)
            if Role.AUDIT_LEAD in user.roles:
                return found
            return found.filter(Exists(self._team().live().filter(person=user)))
        column = shared_with(user)
        return self.filter(**{f"declaration__{column}__isnull": False}) if column else self.none()

    def accepted(self):
        """Engagements that the firm has taken."""
        return self.filter(state__in=ACCEPTED_STATES)

    def earlier_than(self, engagement):
        """Those whose open findings this engagement takes up."""
        return self.filter(_beside("lt", *_place_of(engagement)))

    def taking_up(self, engagement):
        """Where the findings of an engagement may be looked at: itself and the later ones, newest first."""
        later = _beside("gt", *_place_of(engagement))
        found = self.filter(Q(pk=engagement.pk) | later)
        return found.order_by("-declaration__period_start", "-commissioned_at")

    def with_audited_by(self, user):
        """Each with `is_audited_by_user`: this person acts for the firm and has confirmed to be independent."""
        confirmed = self._team().confirmed().filter(person=user)
        return self.annotate(is_audited_by_user=Q(firm=user.organisation_id) & Q(Exists(confirmed)))

    def _team(self):
        """The members of each engagement of an outer query."""
        members = self.model.members.rel.related_model.objects
        return members.filter(engagement=OuterRef("pk"))

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


class EngagementMemberQuerySet(models.QuerySet):
    def live(self):
        """Those who are still in the team."""
        return self.filter(ended_at__isnull=True)

    def with_outcome(self):
        """Each with `outcome` of the newest statement, None before the first one."""
        statements = self.model.statements.rel.related_model.objects
        newest = statements.filter(member=OuterRef("pk")).order_by("-version")
        return self.annotate(outcome=Subquery(newest.values("outcome")[:1]))

    def confirmed(self):
        """Members of the team whose newest statement passed."""
        return self.live().with_outcome().filter(outcome=StatementOutcome.PASSED)


class AuditCycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A plan is read by whom the declaration that it rests on has reached.

        That is its provider; the confirmed team of an audit of that period or of a later one; and the committee side
        once that declaration was filed.
        """
        if user.kind == OrganisationKind.CSP:
            return self.filter(service__organisation=user.organisation_id)
        if user.kind == OrganisationKind.AUDIT_BODY:
            declarations = self.model.declaration.field.related_model
            engagements = declarations.engagements.rel.related_model.objects
            taken = (
                engagements.accepted()
                .with_audited_by(user)
                .filter(
                    is_audited_by_user=True,
                    declaration__service=OuterRef("service"),
                    declaration__period_start__gte=OuterRef("declaration__period_start"),
                    declaration__period_end__lte=OuterRef("ends_on"),
                )
            )
            return self.filter(Exists(taken))
        column = shared_with(user)
        return self.filter(**{f"declaration__{column}__isnull": False}) if column else self.none()

    def of_period(self, declaration):
        """The cycle to which the period of a declaration belongs: the one in whose days it ends."""
        ended = declaration.period_end
        return self.covering(declaration.service_id, ended, ended)

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


# Evidence requests that are neither accepted nor withdrawn, in an audit that is under way; the provider's turn.
OPEN = Q(state__in=OPEN_REQUESTS, engagement__state=EngagementState.FIELDWORK)
WAITING = Q(state__in=WAITING_REQUESTS, engagement__state=EngagementState.FIELDWORK)


class EvidenceRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The provider always; the firm while the engagement is its own; the committee side has no part in it."""
        engagements = self.model.engagement.field.related_model.objects.visible_to(user)
        if user.kind == OrganisationKind.CSP:
            return self.filter(engagement__in=engagements)
        if user.kind == OrganisationKind.AUDIT_BODY:
            return self.filter(engagement__in=engagements.accepted())
        return self.none()

    def open(self):
        """Neither accepted nor withdrawn, in an audit that is under way."""
        return self.filter(OPEN)

    def waiting(self):
        """The provider's turn."""
        return self.filter(WAITING)


class EngagementChildQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever may know the engagement; what it says is asked of the policies."""
        engagements = self.model.engagement.field.related_model.objects
        return self.filter(engagement__in=engagements.visible_to(user))


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The firm; from its issue on, the provider; the committee side with the report that names it.

        Before it is issued, of the firm only who audits there. A firm that audits the service later reads what was
        issued and still open when it accepted.
        """
        engagements = self.model.engagement.field.related_model.objects
        own = Q(engagement__in=engagements.visible_to(user))
        if user.kind == OrganisationKind.AUDIT_BODY:
            audited = engagements.with_audited_by(user).filter(is_audited_by_user=True)
            later = engagements.accepted().filter(
                _beside(
                    "gt",
                    OuterRef("engagement__declaration__service"),
                    OuterRef("engagement__declaration__period_start"),
                    OuterRef("engagement__commissioned_at"),
                ),
                firm=user.organisation_id,
            )
            before_end = later.filter(
                history__action=EngagementMove.ACCEPT,
                history__occurred_at__lt=OuterRef("closed_at"),
            )
            inherited = Q(Exists(later), closed_at__isnull=True) | Q(Exists(before_end))
            return self.filter(
                Q(engagement__in=audited) | Q(own | inherited, issued_at__isnull=False)
            )
        found = self.issued().filter(own)
        if user.kind == OrganisationKind.CSP:
            return found
        return found.filter(engagement__state=EngagementState.REPORTED)

    def issued(self):
        """Those that the provider was told of, also when they were dropped afterwards."""
        return self.filter(issued_at__isnull=False)

    def open(self):
        """Issued, and closed by no retest."""
        return self.filter(state__in=OPEN_FINDINGS)

    def taken_up_by(self, engagement):
        """Of audits of the same service that are earlier than this one."""
        engagements = self.model.engagement.field.related_model.objects
        return self.filter(engagement__in=engagements.earlier_than(engagement))

    def of_periods_before(self, declaration):
        """Of audits of the same service for periods that began earlier."""
        return self.filter(
            engagement__declaration__service=declaration.service_id,
            engagement__declaration__period_start__lt=declaration.period_start,
        )

    def with_answer(self):
        """The newest answer beside each: `answer_id`, `due_on` and `owner_name`, None before there is one."""
        answers = self.model.answers.rel.related_model.objects
        newest = answers.filter(finding=OuterRef("pk")).order_by("-version")
        return self.annotate(
            answer_id=Subquery(newest.values("pk")[:1]),
            due_on=Subquery(newest.values("due_on")[:1]),
            owner_name=Subquery(newest.values("owner__name")[:1]),
        )

    def overdue(self, today):
        """Answered, and the day by which the remedy was to be done has passed. With the newest answer."""
        return self.with_answer().filter(state=FindingState.ANSWERED, due_on__lt=today)


class InternalAuditRunQuerySet(models.QuerySet):
    """The provider's own work: everybody else sees the record that was filed, and nothing before."""

    def visible_to(self, user):
        """The people of the provider alone."""
        if user.kind != OrganisationKind.CSP:
            return self.none()
        return self.filter(declaration__service__organisation=user.organisation_id)


class ProgrammeQuerySet(models.QuerySet):
    """Versions of the programme of a service."""

    def visible_to(self, user):
        """The people of the provider alone."""
        if user.kind != OrganisationKind.CSP:
            return self.none()
        return self.filter(service__organisation=user.organisation_id)

    def current(self, service_id):
        """The newest version of a service; None without one."""
        return self.filter(service=service_id).order_by("-version").first()


class NonconformityQuerySet(models.QuerySet):
    def live(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user):
        """The people of the provider alone."""
        if user.kind != OrganisationKind.CSP:
            return self.none()
        return self.filter(item__audit__declaration__service__organisation=user.organisation_id)


class CorrectiveActionQuerySet(models.QuerySet):
    def overdue(self, today):
        """Not done, and the day by which it was to be done has passed; of nonconformities that were not withdrawn."""
        return self.filter(
            done_on__isnull=True, due__lt=today, nonconformity__withdrawn_at__isnull=True
        )
