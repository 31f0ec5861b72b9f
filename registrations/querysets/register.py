from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from core.db import case_of
from core.normalise import search_key
from registrations.enums import ApplicationKind, RegistrationState
from registrations.workflow import TARGETS


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A CSP sees its own, the committee side all. The public list has no person and is not filtered."""
        if user.kind == OrganisationKind.CSP:
            return self.filter(service__organisation=user.organisation_id)
        if user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}:
            return self
        return self.none()

    def listed_at(self, instant: datetime, *, grace: bool, facts: Collection[str] = ()):
        """Whatever was on the list by `instant`, with `state`, `entry` and validity as they were then."""
        return (
            self.with_state_at(instant)
            .with_entry_at(instant, facts)
            .with_validity_at(instant, grace=grace)
        )

    def with_state_at(self, instant: datetime):
        """What had an event by `instant`, with `state` (in SQL what `workflow.state_at` says) and `state_since`.

        Joined to its last event, which is looked for once, however often the state is asked for.
        """
        last = self._events(instant).order_by("-effective_at", "-pk")
        return self.filter(listing_events=Subquery(last.values("pk")[:1])).annotate(
            state=case_of(TARGETS, field="listing_events__kind"),
            state_since=F("listing_events__effective_at"),
        )

    def with_entry_at(self, instant: datetime, facts: Collection[str] = ()):
        """Annotate `entry`: the facts as last published by `instant`; of them only `facts`, where some are named.

        An entry is some kilobytes of JSON: a page of the list that shows two names of each reads two names.
        """
        shown = JSONObject(**{name: f"entry__{name}" for name in facts}) if facts else F("entry")
        published = self._published(instant).annotate(shown=shown).values("shown")
        return self.annotate(entry=Subquery(published[:1]))

    def matching(self, words: str, instant: datetime):
        """What was published by `instant` names these words; width, case and blanks do not matter."""
        keys = self._published(instant).values("entry_search_key")[:1]
        return self.annotate(entry_search_key=Subquery(keys)).filter(
            entry_search_key__contains=search_key(words)
        )

    def in_force_at(self, instant: datetime, *, grace: bool):
        """Registered or suspended, and not lapsed."""
        return self.listed_at(instant, grace=grace).filter(
            state__in=[RegistrationState.REGISTERED, RegistrationState.SUSPENDED], is_lapsed=False
        )

    def with_validity_at(self, instant: datetime, *, grace: bool):
        """With `valid_from`, `valid_until`, `renewal_pending` and `is_lapsed`, from the latest period begun by then.

        A renewal filed by the last valid day and not yet decided keeps the registration alive where `grace` says so
        (parameter `renewal_grace_until_decision`; 基本規程 3.5).
        """
        day = timezone.localdate(instant)
        periods = self.model.validity_periods.rel.related_model.objects.filter(
            registration=OuterRef("pk"), valid_from__lte=day
        ).order_by("-valid_until")
        applications = self.model.service.field.related_model.applications.rel.related_model
        renewal = applications.objects.filter(
            service=OuterRef("service"),
            kind=ApplicationKind.RENEWAL,
            filed_at__lte=instant,
            filed_at__date__lte=OuterRef("validity_periods__valid_until"),
        ).filter(Q(decided_at__isnull=True) | Q(decided_at__gt=instant))
        return self.filter(validity_periods=Subquery(periods.values("pk")[:1])).annotate(
            valid_from=F("validity_periods__valid_from"),
            valid_until=F("validity_periods__valid_until"),
            renewal_pending=Exists(renewal),
            is_lapsed=Case(
                When(
                    Q(valid_until__gte=day) | Q(renewal_pending=True) & Q(Value(grace)), then=False
                ),
                default=True,
                output_field=BooleanField(),
            ),
        )

    def _published(self, instant: datetime):
        events = self._events(instant).filter(entry__isnull=False)
        return events.order_by("-effective_at", "-pk")

    def _events(self, instant: datetime):
        events = self.model.listing_events.rel.related_model
        return events.objects.filter(registration=OuterRef("pk"), effective_at__lte=instant)


class ListingEventQuerySet(models.QuerySet):
    def in_order(self):
        """As they took effect; the fold reads them so."""
        return self.order_by("effective_at", "pk")
