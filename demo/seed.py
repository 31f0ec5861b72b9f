"""Makes the demo: people, then services in different places of the journey. One transaction, once."""

from datetime import datetime, time, timedelta

import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services.invitations import (
    accept_invitation,
    invite_first_administrator,
    invite_person,
)
from accounts.services.organisations import create_organisation, list_audit_body
from controls.services.catalogue import load_shipped_editions
from declarations.models import Declaration
from demo import (
    audit_years,
    base_services,
    cloud_services,
    comments,
    fieldwork,
    findings,
    internal_audits,
    journeys,
    plans,
    records,
    report,
    requests,
)
from demo.calendar import Period
from demo.journeys import World
from demo.people import AUDIT_BODIES, COMMITTEE, PARTIES, Party, Person
from documents.pdf import missing_system_parts

INQUIRY = (
    "9.2.3（特権的アクセス権の管理）について、基盤クラウドサービスの管理者権限の棚卸を、どの範囲で、どの頻度で"
    "行っているかを説明してください。記録の例があれば、あわせて示してください。"
)


def is_seeded() -> bool:
    """Whether the demo people are there."""
    return User.objects.filter(email=COMMITTEE.people[0].email).exists()


@transaction.atomic
def seed() -> None:
    """Make everything, in one transaction: an interrupted seed leaves nothing behind."""
    world = World(today=timezone.localdate())
    _people(world)
    load_shipped_editions(publisher=world.people["iin1"])
    base_services.enter(world, Period.ended(world.today, months_ago=30).day(0))
    _listed(world)
    _in_renewal(world)
    _under_inquiry(world)
    _under_audit(world)
    _being_reported(world)
    _being_written(world)
    _being_audited(world)
    audit_years.begin(world)


def _people(world: World) -> None:
    start = timezone.make_aware(datetime.combine(world.today - timedelta(days=900), time(10, 0)))
    with time_machine.travel(start):
        first = COMMITTEE.people[0]
        invited = invite_first_administrator(
            email=first.email, organisation_name=COMMITTEE.fields["name"]
        )
        admin = accept_invitation(token=invited.token, name=first.name)
        world.people[first.key] = admin
        world.organisations[COMMITTEE.key] = invited.organisation
        for party in PARTIES:
            _party(world, party, admin)
        for party in AUDIT_BODIES:
            _list_firm(world, party)


def _party(world: World, party: Party, admin: User) -> None:
    if party.key not in world.organisations:
        world.organisations[party.key] = create_organisation(
            actor=admin, kind=party.kind, **party.fields
        )
    for person in party.people:
        if person.key not in world.people:
            world.people[person.key] = _join(world.organisations[party.key], person, admin)


def _join(organisation: Organisation, person: Person, admin: User) -> User:
    invited = invite_person(
        organisation_id=organisation.pk, actor=admin, email=person.email, roles=person.roles
    )
    return accept_invitation(token=invited.token, name=person.name)


def _list_firm(world: World, party: Party) -> None:
    list_audit_body(
        organisation_id=world.organisations[party.key].pk,
        actor=world.people["jimukyoku"],
        on=timezone.localdate(),
        reason="監査機関の登録を確認したため。",
    )


def _listed(world: World) -> None:
    """One service on the list."""
    period = Period.ended(world.today, months_ago=8)
    service = journeys.describe(
        world, "docs", "minato-tantou", cloud_services.MINATO_DOCS, period.day(-60)
    )
    opened = journeys.open_and_fill(
        world, service, period, editors=("minato-tantou", "minato-unyou"), from_day=-40
    )
    journeys.fix(world, opened, editor="minato-tantou", approver="minato-shounin", at=period.day(5))
    opened.refresh_from_db()
    begun = plans.begin(world, opened, approver="minato-shounin", at=period.day(8))
    journeys.audit_externally(
        world, opened, firm="kisaragi", approver="minato-shounin", lead="kisaragi-sekinin",
        at=period.day(10), year=f"{period.end:%Y}",
        meanwhile=lambda at: findings.of_last_year(
            world, opened, lead="kisaragi-sekinin", approver="minato-shounin", at=at
        ),
    )  # fmt: skip
    _audit_internally(world, opened, period)
    plans.carry_on(world, begun, lead="kisaragi-sekinin", at=period.day(45))
    filed = journeys.file(world, opened, approver="minato-shounin", at=period.day(55))
    reviewed = journeys.review(world, filed, at=period.day(62))
    journeys.decide(world, reviewed, number="見本-L26-0001", at=period.day(140))


def _audit_internally(world: World, fixed: Declaration, period: Period) -> None:
    """By the records, or on paper where this machine makes no PDF of them."""
    if missing_system_parts():
        journeys.audit_internally(
            world, fixed, approver="minato-shounin", at=period.day(10), year=f"{period.end:%Y}"
        )
        return
    # With no audit department the two editors audit each other's work.
    crossed = internal_audits.Team(
        "minato-shounin", ("minato-tantou", "minato-unyou"), "minato-tantou"
    )
    internal_audits.finish(world, fixed, crossed, at=period.day(16))


def _in_renewal(world: World) -> None:
    """One service on the list whose renewal is under review: its declaration was carried over from the year before."""
    old = Period.ended(world.today, months_ago=14)
    service = journeys.describe(
        world, "expense", "aoba-tantou", cloud_services.AOBA_EXPENSE, old.day(-60)
    )
    opened = None
    for period, filed_after in ((old, 55), (Period.ended(world.today, months_ago=2), 42)):
        if opened is None:
            opened = journeys.open_and_fill(
                world, service, period, editors=("aoba-tantou",), from_day=-40
            )
        else:
            opened = journeys.open_carried(
                world, opened, period, editor="aoba-tantou", from_day=-40
            )
        journeys.fix(world, opened, editor="aoba-tantou", approver="aoba-shounin", at=period.day(2))
        journeys.audit_both(
            world, opened, firm="haruka", approver="aoba-shounin", lead="haruka-sekinin",
            at=period.day(5), year=f"{period.end:%Y}",
        )  # fmt: skip
        filed = journeys.file(world, opened, approver="aoba-shounin", at=period.day(filed_after))
        reviewed = journeys.review(world, filed, at=period.day(filed_after + 2))
        if period is old:
            journeys.decide(world, reviewed, number="見本-L26-0002", at=old.day(130))


def _under_inquiry(world: World) -> None:
    """One application with an open inquiry."""
    period = Period.ended(world.today, months_ago=5)
    service = journeys.describe(
        world, "minutes", "shirakaba-tantou", cloud_services.SHIRAKABA_MINUTES, period.day(-60)
    )
    opened = journeys.open_and_fill(
        world, service, period, editors=("shirakaba-tantou",), from_day=-40
    )
    journeys.fix(
        world, opened, editor="shirakaba-tantou", approver="shirakaba-shounin", at=period.day(5)
    )
    journeys.audit_both(
        world, opened, firm="kisaragi", approver="shirakaba-shounin", lead="kisaragi-sekinin",
        at=period.day(10), year=f"{period.end:%Y}",
    )  # fmt: skip
    filed = journeys.file(world, opened, approver="shirakaba-shounin", at=period.day(60))
    reviewed = journeys.review(world, filed, at=period.day(66))
    journeys.inquire(world, reviewed, question=INQUIRY, controls="9.2.3.11.PB", at=period.day(120))


def _under_audit(world: World) -> None:
    """One declaration whose first audit is under way."""
    period = Period.ended(world.today, months_ago=2)
    service = journeys.describe(
        world, "rooms", "shirakaba-tantou", cloud_services.SHIRAKABA_ROOMS, period.day(-60)
    )
    opened = journeys.open_and_fill(
        world, service, period, editors=("shirakaba-tantou",), from_day=-40
    )
    base_services.inherit(world, opened, by="shirakaba-tantou", at=period.day(-10))
    fieldwork.prove(world, opened, at=period.day(-8))
    journeys.fix(
        world, opened, editor="shirakaba-tantou", approver="shirakaba-shounin", at=period.day(2)
    )
    opened.refresh_from_db()
    engagement = fieldwork.work(world, opened, period)
    today = period.day((world.today - period.end).days)
    requests.exchange(world, engagement, today=today)
    findings.under_way(world, engagement, today=today)


def _being_reported(world: World) -> None:
    """One declaration whose audit is done but for the report."""
    period = Period.ended(world.today, months_ago=3)
    service = journeys.describe(
        world,
        "interviews",
        "shirakaba-tantou",
        cloud_services.SHIRAKABA_INTERVIEWS,
        period.day(-60),
    )
    opened = journeys.open_and_fill(
        world, service, period, editors=("shirakaba-tantou",), from_day=-40
    )
    base_services.inherit(world, opened, by="shirakaba-tantou", at=period.day(-10))
    journeys.fix(
        world, opened, editor="shirakaba-tantou", approver="shirakaba-shounin", at=period.day(5)
    )
    opened.refresh_from_db()
    engagement = report.fieldwork(world, opened, at=period.day(10))
    report.confirm(world, engagement, at=period.day(50))


def _being_written(world: World) -> None:
    """One declaration that is seventy percent filled in."""
    period = Period.ended(world.today, months_ago=-4)
    today = (world.today - period.end).days
    service = journeys.describe(
        world, "approval", "minato-unyou", cloud_services.MINATO_APPROVAL, period.day(today - 60)
    )
    opened = journeys.open_and_fill(
        world,
        service,
        period,
        editors=("minato-unyou", "minato-tantou"),
        from_day=today - 30,
        share=70,
    )
    base_services.inherit(world, opened, by="minato-tantou", at=period.day(today - 12))
    records.keep(world, opened, by="minato-unyou", at=period.day(today - 8))
    base_services.leave(world, period.day(today - 5))
    comments.discuss(world, opened, at=period.day(today - 3))


def _being_audited(world: World) -> None:
    """One fixed declaration whose internal audit is under way, by an audit department of its own."""
    period = Period.ended(world.today, months_ago=2)
    service = journeys.describe(
        world, "contracts", "hinata-tantou", cloud_services.HINATA_CONTRACTS, period.day(-60)
    )
    opened = journeys.open_and_fill(
        world, service, period, editors=("hinata-tantou",), from_day=-40
    )
    journeys.fix(world, opened, editor="hinata-tantou", approver="hinata-shounin", at=period.day(2))
    team = internal_audits.Team("hinata-shounin", ("hinata-kansa",), "hinata-tantou")
    internal_audits.begin(world, opened, team, at=period.day(8))
