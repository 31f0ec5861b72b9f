"""What else a full installation holds: many declarations, many listed services. Copied row by row from real ones."""

import uuid
from collections.abc import Iterator
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.enums import Role
from bench.world import World, person
from declarations.models import CloudService, Declaration, Statement, StatementHistory
from registrations.enums import ClearanceKind, DecisionState
from registrations.models import (
    Application,
    Decision,
    ListingEvent,
    Registration,
    ValidityPeriod,
    Vote,
)
from registrations.services import application as applications
from registrations.services import decision as committee
from registrations.services.clearance import record_clearance

Row = TypeVar("Row", bound=Model)
AT_ONCE = 200


def copied(model: type[Model], *without: str) -> str:
    """The columns that a copy shares with its original."""
    names = (field.column for field in model._meta.concrete_fields)
    return ", ".join(f'"{name}"' for name in names if name not in ("id", *without))


STATEMENTS, LINES = Statement._meta.db_table, StatementHistory._meta.db_table
STATEMENT_COLUMNS = copied(Statement, "declaration_id")
LINE_COLUMNS = copied(StatementHistory, "statement_id")
COPY_STATEMENTS = f"""
    INSERT INTO {STATEMENTS} (declaration_id, {STATEMENT_COLUMNS})
    SELECT %s, {STATEMENT_COLUMNS} FROM {STATEMENTS} WHERE declaration_id = %s
"""  # noqa: S608 -- the names are our own
COPY_HISTORY = f"""
    WITH pair AS (
        SELECT copy.id AS copied, original.id AS original_id FROM {STATEMENTS} copy
        JOIN {STATEMENTS} original ON original.control_id = copy.control_id
        WHERE copy.declaration_id = %s AND original.declaration_id = %s
    )
    INSERT INTO {LINES} (statement_id, {LINE_COLUMNS})
    SELECT pair.copied, {LINE_COLUMNS} FROM {LINES} JOIN pair ON statement_id = pair.original_id
"""  # noqa: S608


def add_declarations(world: World, count: int) -> None:
    """So many more drafts like the one that is measured, each with its statements and their history."""
    services = CloudService.objects.bulk_create(copies(world.draft.service, count))
    drafts = Declaration.objects.bulk_create(
        with_changes(copy, service=service)
        for copy, service in zip(copies(world.draft, count), services, strict=True)
    )
    with connection.cursor() as cursor:
        for draft in drafts:
            cursor.execute(COPY_STATEMENTS, [draft.pk, world.draft.pk])
            cursor.execute(COPY_HISTORY, [draft.pk, world.draft.pk])


def list_first(world: World) -> Registration:
    """The fixed declaration audited, filed, reviewed and decided: one service on the list."""
    secretary = person(world.committee, Role.SECRETARIAT)
    members = [person(world.committee, Role.COMMITTEE_MEMBER) for _index in range(2)]
    for kind in ClearanceKind:
        record_clearance(
            declaration_id=world.fixed.pk,
            kind=kind,
            issuer="見本監査法人",
            reference="報告-1",
            issued_on=timezone.localdate(),
            file_id=None,
            recorded_at=timezone.now(),
        )
    case = applications.open_application(
        service_id=world.fixed.service_id, declaration_id=world.fixed.pk, actor=world.editor
    )
    for act, actor in (
        (applications.file_application, world.approver),
        (applications.accept_application, secretary),
        (applications.start_review, secretary),
    ):
        case = act(application_id=case.pk, actor=actor, version=case.row_version)
    proposal = committee.propose_decision(
        application_id=case.pk,
        actor=secretary,
        version=case.row_version,
        grant=True,
        reason="登録要件を満たしています。",
        registration_number="見本-00000",
    )
    for member in members:
        committee.cast_vote(
            decision_id=proposal.pk,
            actor=member,
            version=proposal.proposal_version,
            agrees=True,
        )
    return Registration.objects.get()


def add_listed(first: Registration, upto: int) -> None:
    """Services on the list until there are so many, each with its application, event and validity."""
    start = Registration.objects.count()
    for begin in range(start, upto, AT_ONCE):
        _add_listed(first, begin, min(AT_ONCE, upto - begin))


@transaction.atomic
def _add_listed(first: Registration, start: int, count: int) -> None:
    period, event = first.validity_periods.get(), first.listing_events.get()
    services = CloudService.objects.bulk_create(copies(first.service, count))
    cases = Application.objects.bulk_create(
        with_changes(copy, service=service, filing_number=start + number + 1)
        for number, (copy, service) in enumerate(
            zip(copies(period.application, count), services, strict=True)
        )
    )
    listed = Registration.objects.bulk_create(
        with_changes(copy, service=service, number=f"見本-{start + number:05}")
        for number, (copy, service) in enumerate(zip(copies(first, count), services, strict=True))
    )
    decided = _decided(event.decision, cases, listed)
    ListingEvent.objects.bulk_create(
        with_changes(copy, registration=registration, decision=decision)
        for copy, registration, decision in zip(copies(event, count), listed, decided, strict=True)
    )
    ValidityPeriod.objects.bulk_create(
        with_changes(copy, registration=registration, application=case)
        for copy, registration, case in zip(copies(period, count), listed, cases, strict=True)
    )


def _decided(
    first: Decision, cases: list[Application], listed: list[Registration]
) -> list[Decision]:
    """A decision on each case, voted and carried as the first one was: the register takes no event without."""
    decisions = Decision.objects.bulk_create(
        with_changes(
            copy,
            application=case,
            registration_number=registration.number,
            state=DecisionState.OPEN,
            closed_at=None,
        )
        for copy, case, registration in zip(copies(first, len(cases)), cases, listed, strict=True)
    )
    for vote in first.votes.all():
        Vote.objects.bulk_create(
            with_changes(copy, decision=decision)
            for copy, decision in zip(copies(vote, len(decisions)), decisions, strict=True)
        )
    Decision.objects.filter(pk__in=[decision.pk for decision in decisions]).update(
        state=first.state, closed_at=first.closed_at
    )
    return decisions


def settle() -> None:
    """Let the planner know what is there, as autovacuum does in an installation that lives."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copies(row: Row, count: int) -> Iterator[Row]:
    """So many unsaved rows like this one, under keys of their own; services also under names of their own."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for _number in range(count):
        key = uuid.uuid4()
        own = {"id": key if isinstance(row.pk, uuid.UUID) else None}
        if isinstance(row, CloudService):
            own |= {"name": f"{row.name} {key}", "creation_key": key}
        yield type(row)(**(fields | own))


def with_changes(row: Row, **changes: object) -> Row:
    """The row itself, changed and not saved."""
    for name, value in changes.items():
        setattr(row, name, value)
    return row
