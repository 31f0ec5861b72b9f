from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.enums import OrganisationKind, Role
from controls.enums import Standard
from declarations.enums import FROZEN_STATES, OPEN_STATES, Adoption, DeclarationState


def shared_with(user) -> str | None:
    """The declaration's column that says since when this committee-side reader may see it; None for others.

    The secretariat reads from filing on, committee members from acceptance on.
    """
    if Role.SECRETARIAT in user.roles:
        return "reached_secretariat_at"
    return "reached_committee_at" if Role.COMMITTEE_MEMBER in user.roles else None


class CloudServiceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The own services of a CSP; for the committee side those of which a declaration has reached it."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(organisation=user.organisation_id)
        column = shared_with(user)
        if column is None:
            return self.none()
        shared = self.model.declarations.rel.related_model.objects.filter(
            service=OuterRef("pk"), **{f"{column}__isnull": False}
        )
        return self.filter(Exists(shared))


class DeclarationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Drafts belong to their CSP alone; the committee side sees what has been filed (`shared_with`).

        Auditors see the snapshot through their engagement (app `audits`) and never a declaration row.
        """
        if user.kind == OrganisationKind.CSP:
            return self.filter(service__organisation=user.organisation_id)
        column = shared_with(user)
        if column is None:
            return self.none()
        return self.filter(state__in=FROZEN_STATES, **{f"{column}__isnull": False})

    def open(self):
        """Still being written or waiting for approval."""
        return self.filter(state__in=OPEN_STATES)

    def worded_in(self, declaration):
        """This version and the drafts of its period that were moved to another edition: their words are in it."""
        moved = Q(
            service=declaration.service_id,
            period_start=declaration.period_start,
            state=DeclarationState.MOVED,
        )
        return self.filter(Q(pk=declaration.pk) | moved)

    def fixed(self):
        """The version in force of a period: what an engagement or application may point to."""
        return self.filter(state=DeclarationState.FIXED)


# A detail counts as answered when it is adopted with its text or with the service that it is inherited from, or
# not selected with its reason: what the pre-flight check asks of it.
ANSWERED = (
    Q(adoption=Adoption.ADOPTED) & ~(Q(individual_control="") & Q(base_service__isnull=True))
) | (Q(adoption=Adoption.NOT_SELECTED) & ~Q(reason=""))

# Carried over from an earlier declaration and not confirmed by a person since (引継・未確認).
UNCONFIRMED = Q(carried_from__isnull=False, confirmed_at__isnull=True)

# The numbers of any set of statements that knows `is_released`.
COUNTS = {
    "total": Count("pk"),
    "released": Count("pk", filter=Q(is_released=True)),
    "adopted": Count("pk", filter=Q(adoption=Adoption.ADOPTED, is_released=False)),
    "not_selected": Count("pk", filter=Q(adoption=Adoption.NOT_SELECTED, is_released=False)),
    "undecided": Count("pk", filter=Q(adoption=Adoption.UNDECIDED, is_released=False)),
    "answered": Count("pk", filter=Q(is_released=True) | ANSWERED),
    "carried": Count("pk", filter=Q(carried_from__isnull=False)),
    "unconfirmed": Count("pk", filter=UNCONFIRMED),
}


class StatementQuerySet(models.QuerySet):
    def with_released(self):
        """Annotate `is_released`: the objective of this detail is excluded in its declaration."""
        exclusions = self.model.declaration.field.related_model.exclusions.rel.related_model
        return self.annotate(
            is_released=Exists(
                exclusions.objects.filter(
                    declaration=OuterRef("declaration"), objective=OuterRef("control__parent")
                )
            )
        )

    def unconfirmed(self):
        """Carried over from an earlier declaration and not confirmed by a person since (引継・未確認)."""
        return self.filter(UNCONFIRMED)

    def without_evidence(self):
        """Rows that no file is tied to."""
        ties = self.model.evidence.rel.related_model
        return self.exclude(
            Exists(ties.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True))
        )

    def with_comments(self):
        """Rows that colleagues have spoken about, in threads that are open or resolved."""
        return self.filter(Exists(self._threads()))

    def with_open_threads(self):
        """Rows with a comment thread that is not resolved."""
        return self.filter(Exists(self._threads().open()))

    def count_open_threads(self):
        """Annotate `open_threads`: how many comment threads of the row are not resolved."""
        counted = self._threads().open().order_by().values("statement").annotate(n=Count("pk"))
        return self.annotate(open_threads=Coalesce(Subquery(counted.values("n")), 0))

    def _threads(self):
        comments = self.model.comments.rel.related_model.objects
        return comments.threads().filter(statement=OuterRef("pk"))

    def changed_since_carried(self):
        """Rows that say something else than the row they were carried from."""
        same = Q(
            adoption=F("carried_from__adoption"),
            reason=F("carried_from__reason"),
            individual_control=F("carried_from__individual_control"),
            inherited_note=F("carried_from__inherited_note"),
        ) & (
            Q(base_service=F("carried_from__base_service"))
            | Q(base_service__isnull=True, carried_from__base_service__isnull=True)
        )
        return self.filter(carried_from__isnull=False).exclude(same)

    def required(self):
        """Basic declaration requirements (基本言明要件): governance, management, and details marked B or PB."""
        return self.filter(
            Q(control__is_mandatory=True) | ~Q(control__standard=Standard.CONTROL_MEASURE)
        )

    def incomplete(self):
        """Decided, but the text or the reason is missing (記入不足); released rows lack nothing."""
        return (
            self.with_released()
            .filter(is_released=False)
            .exclude(adoption=Adoption.UNDECIDED)
            .exclude(ANSWERED)
        )

    def counted(self):
        """One row of numbers, those of `COUNTS`."""
        return self.with_released().aggregate(**COUNTS)

    def counted_by(self, node: str, **columns: str):
        """The same numbers per node of the criteria, in catalogue order; `node` is the path to a control.

        Rows carry the node's `number` and `title`, and what else `columns` (name=path) asks for.
        """
        columns = {"number": f"{node}__number", "title": f"{node}__title"} | columns
        named = {name: F(path) for name, path in columns.items()}
        return (
            self.with_released()
            .values(**named, place=F(f"{node}__sort_key"))
            .annotate(**COUNTS)
            .order_by("place")
        )

    def answered_percents(self) -> dict:
        """Whole percent answered, rounded down, by declaration; one query for many declarations."""
        rows = (
            self.with_released()
            .order_by()
            .values("declaration")
            .annotate(total=COUNTS["total"], answered=COUNTS["answered"])
        )
        return {row["declaration"]: row["answered"] * 100 // row["total"] for row in rows}


class CommentQuerySet(models.QuerySet):
    def threads(self):
        """The first comments of threads, which stand for them."""
        return self.filter(thread__isnull=True)

    def open(self):
        """Of threads those that are not resolved."""
        return self.filter(resolved_at__isnull=True)

    def inside(self, thread):
        """What was said in a thread, from its first comment on; `thread` is that comment."""
        return self.filter(Q(pk=thread.pk) | Q(thread=thread.pk))

    def said(self):
        """What was not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def waiting_for(self, user):
        """Open threads that this person takes part in, as author or addressee, and where another had the last word.

        Annotates `last_word`, the id of that comment, and `last_at`. What was withdrawn is no word and asks nobody.
        """
        inside = self.model.objects.said().filter(Q(pk=OuterRef("pk")) | Q(thread=OuterRef("pk")))
        last = inside.order_by("-created_at", "-pk")
        mine = inside.filter(Q(author=user) | Q(mentions__person=user))
        return (
            self.threads()
            .open()
            .filter(Exists(mine))
            .annotate(
                last_word=Subquery(last.values("pk")[:1]),
                last_author=Subquery(last.values("author")[:1]),
                last_at=Subquery(last.values("created_at")[:1]),
            )
            .exclude(last_author=user.pk)
        )


class ListedServiceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Providers, who build on listed services, and the committee side read all of them."""
        staff = user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}
        return self if user.kind == OrganisationKind.CSP or staff else self.none()

    def listed_over(self, start, end):
        """On the list on every day from `start` to `end`, as far as is known."""
        return self.filter(
            Q(listed_until__isnull=True) | Q(listed_until__gte=end), listed_from__lte=start
        )

    def ended_before(self, day):
        """No more on the list on that day."""
        return self.filter(listed_until__lt=day)


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Evidence is its provider's own: the committee side and auditors see files through what holds them."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(organisation=user.organisation_id)
        return self.none()

    def in_use(self):
        """What may be tied to statements."""
        return self.filter(retired_at__isnull=True)

    def with_current_end(self):
        """Annotate `current_until`: the last day that the newest version speaks of."""
        versions = self.model.versions.rel.related_model.objects.filter(evidence=OuterRef("pk"))
        newest = versions.order_by("-number").values("covers_until")[:1]
        return self.annotate(current_until=Subquery(newest))

    def unused(self):
        """What is tied to no statement, in no version."""
        ties = self.model.versions.rel.related_model.ties.rel.related_model
        return self.exclude(
            Exists(ties.objects.filter(version__evidence=OuterRef("pk"), removed_at__isnull=True))
        )


class EvidenceVersionQuerySet(models.QuerySet):
    def current(self):
        """The newest version of each piece of evidence."""
        newer = self.model.objects.filter(
            evidence=OuterRef("evidence"), number__gt=OuterRef("number")
        )
        return self.exclude(Exists(newer))

    def ending_by(self, day):
        """Versions that speak of no day after this one."""
        return self.filter(covers_until__lte=day)
