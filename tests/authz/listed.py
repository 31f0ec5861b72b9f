"""Listed services for the table: one that the secretariat entered, one that the register tells of."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from declarations.services.listed_services import FACTS, correct_listed_service, follow_register
from tests.authz.people import STAFF
from tests.declarations.builders import listed

if TYPE_CHECKING:
    from tests.authz.world import World


def put_listed(world: "World") -> None:
    """What is entered is for all who build on it; why it was corrected is for the committee side."""
    clerk = world.people["SS"]
    entered = listed("見本-C900", by=clerk)
    correct_listed_service(
        listed_id=entered.pk,
        actor=clerk,
        version=1,
        facts={name: getattr(entered, name) for name in FACTS} | {"name": "見本の基盤"},
        reason=world.canaries.text("c-listed-reason", STAFF),
    )
    of_register = follow_register(
        cloud_service_id=world.cases["granted"].service.pk,
        number="見本-L900",
        name="見本の登録済みサービス",
        provider_name="見本",
        listed_from=date(2024, 4, 1),
        listed_until=None,
        at=timezone.now(),
    )
    world.put("listed_service", "entered", pk=entered.pk)
    world.put("listed_service", "register", pk=of_register.pk)
