"""Other audits of a full installation, all by the firm that is measured, each with its team, papers and plan."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audits.models import (
    AuditCycle,
    ControlTest,
    Engagement,
    EngagementMember,
    IndependenceStatement,
    PlanItem,
)
from audits.services.cycle import open_cycle
from audits.services.engagement import accept_engagement, commission
from audits.services.fieldwork_scope import set_scope
from audits.services.plan import propose_plan
from audits.services.team import Answers, confirm_independence
from bench.company import AT_ONCE, copied, copies, with_changes
from bench.world import World
from declarations.models import CloudService, Declaration

YEARS = 5
TESTS, ITEMS = ControlTest._meta.db_table, PlanItem._meta.db_table
TEST_COLUMNS, ITEM_COLUMNS = copied(ControlTest, "engagement_id"), copied(PlanItem, "cycle_id")
COPY_TESTS = f"""
    INSERT INTO {TESTS} (id, engagement_id, {TEST_COLUMNS})
    SELECT gen_random_uuid(), %s, {TEST_COLUMNS} FROM {TESTS} WHERE engagement_id = %s
"""  # noqa: S608 -- the names are our own
COPY_ITEMS = f"""
    INSERT INTO {ITEMS} (cycle_id, {ITEM_COLUMNS})
    SELECT %s, {ITEM_COLUMNS} FROM {ITEMS} WHERE cycle_id = %s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Audited:
    """An engagement in fieldwork whose scope comes from the first year of this cycle."""

    engagement: Engagement
    cycle: AuditCycle

    @property
    def declaration(self) -> Declaration:
        """What is audited."""
        return self.engagement.declaration


def audit(world: World, declaration: Declaration) -> Audited:
    """Commission, accept, confirm, plan, and take the plan's first year into scope."""
    engagement = commission(
        declaration_id=declaration.pk, firm_id=world.firm.pk, actor=world.approver
    )
    by: dict[str, Any] = {"engagement_id": engagement.pk, "actor": world.lead}
    accept_engagement(**by, version=engagement.row_version)
    confirm_independence(**by, version=0, answers=Answers(advisory_work=False, years_in_role=1))
    cycle = open_cycle(declaration_id=declaration.pk, years=YEARS, actor=world.lead)
    propose_plan(cycle_id=cycle.pk, actor=world.lead, version=cycle.row_version)
    set_scope(**by)
    engagement.refresh_from_db()
    return Audited(engagement, cycle)


def add_engagements(world: World, upto: int) -> None:
    """Audits of other services until there are so many, copied from one that was really begun."""
    if not Engagement.objects.exists():
        audit(world, world.audited)
    engagement = Engagement.objects.get(declaration=world.audited)
    example = Audited(engagement, AuditCycle.objects.get(declaration=world.audited))
    for begin in range(Engagement.objects.count(), upto, AT_ONCE):
        _add_engagements(example, min(AT_ONCE, upto - begin))


@transaction.atomic
def _add_engagements(example: Audited, count: int) -> None:
    services = CloudService.objects.bulk_create(copies(example.declaration.service, count))
    declarations = Declaration.objects.bulk_create(
        with_changes(copy, service=service)
        for copy, service in zip(copies(example.declaration, count), services, strict=True)
    )
    engagements = Engagement.objects.bulk_create(
        with_changes(copy, declaration=declaration)
        for copy, declaration in zip(copies(example.engagement, count), declarations, strict=True)
    )
    cycles = AuditCycle.objects.bulk_create(
        with_changes(copy, service=declaration.service, declaration=declaration)
        for copy, declaration in zip(copies(example.cycle, count), declarations, strict=True)
    )
    member = example.engagement.members.get()
    members = EngagementMember.objects.bulk_create(
        with_changes(copy, engagement=engagement, assigned_at=timezone.now())
        for copy, engagement in zip(copies(member, count), engagements, strict=True)
    )
    IndependenceStatement.objects.bulk_create(
        with_changes(copy, member=of)
        for copy, of in zip(copies(member.statements.get(), count), members, strict=True)
    )
    with connection.cursor() as cursor:
        for engagement, cycle in zip(engagements, cycles, strict=True):
            cursor.execute(COPY_TESTS, [engagement.pk, example.engagement.pk])
            cursor.execute(COPY_ITEMS, [cycle.pk, example.cycle.pk])
