"""The audit cycle of the demo: begun by the provider, marked by an incident, carried on by the firm afterwards."""

from datetime import datetime

import time_machine

from audits.models import AuditCycle
from audits.services import cycle, plan
from declarations.models import Declaration
from demo.journeys import World
from registrations.enums import FlagKind
from registrations.services.flags import flag_control

YEARS = 3
INCIDENT = (
    "9.4.2.2.B",
    "権限の設定を誤り、共有フォルダーの一覧がほかの利用機関から見える状態が2時間続きました。",
)
# Number and reason of what the auditor adds to the second year.
INCLUDED = (
    ("9.2.3.11.PB", "特権IDの管理の担当が、今年度から変わったため。"),
    (
        "18.1.3.13.PB",
        "記録の保護の仕組みを、今年度から基盤クラウドサービスのものに変えたため。",
    ),
)


def begin(world: World, fixed: Declaration, *, approver: str, at: datetime) -> AuditCycle:
    """The provider begins the cycle and has it planned before any firm is at work; an incident has marked a control."""
    actor = world.people[approver]
    number, reason = INCIDENT
    control = fixed.edition.controls.get(number=number)
    with time_machine.travel(at):
        flag_control(
            service_id=fixed.service_id,
            control_id=control.pk,
            kind=FlagKind.INCIDENT,
            reason=reason,
            since=fixed.period_start,
        )
        begun = cycle.open_cycle(declaration_id=fixed.pk, years=YEARS, actor=actor)
        return plan.propose_plan(cycle_id=begun.pk, actor=actor, version=begun.row_version)


def carry_on(world: World, begun: AuditCycle, *, lead: str, at: datetime) -> None:
    """What the audit lead adds for next year."""
    with time_machine.travel(at):
        for number, reason in INCLUDED:
            begun = plan.include_control(
                cycle_id=begun.pk,
                actor=world.people[lead],
                version=begun.row_version,
                number=number,
                year=2,
                reason=reason,
            )
