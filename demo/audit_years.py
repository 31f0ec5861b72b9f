"""A service of the demo that is ready for its first external audit; its next audited period is over as well.

A small service selects few controls beyond the basic requirements, so its audit of a year is one that a person who
tries the demo can do to the end.
"""

from demo import cloud_services, journeys
from demo.calendar import Period
from demo.journeys import World

EDITOR, APPROVER = "tsubaki-tantou", "tsubaki-shounin"
LEFT_OUT = 85


def begin(world: World) -> None:
    """Declared and fixed; nobody is commissioned."""
    period = Period.ended(world.today, months_ago=13)
    service = journeys.describe(
        world, "intake", EDITOR, cloud_services.TSUBAKI_INTAKE, period.day(-60)
    )
    opened = journeys.open_and_fill(
        world, service, period, editors=(EDITOR,), from_day=-40, left_out=LEFT_OUT
    )
    journeys.fix(world, opened, editor=EDITOR, approver=APPROVER, at=period.day(2))
