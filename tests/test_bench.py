"""The world that `./run bench` measures can be built: the rules of the database hold for its copied rows too."""

import pytest

from audits.models import ControlTest, Engagement
from bench import company
from bench.audited import add_engagements
from bench.world import build
from declarations.models import Statement
from registrations.models import Registration


@pytest.mark.django_db
@pytest.mark.full_catalogue
def test_the_world_of_the_bench_is_an_installation_like_others(client):
    world = build()
    company.add_declarations(world, 1)
    company.add_listed(company.list_first(world), 3)
    add_engagements(world, 3)

    page = client.get("/")

    assert Registration.objects.count() == 3
    assert page.content.decode().count("listing__item") == 3
    assert Statement.objects.filter(declaration__service__name__contains=" ").count() == 1156
    assert Engagement.objects.count() == 3
    papers = [one.tests.count() for one in Engagement.objects.all()]
    assert papers == [ControlTest.objects.count() // 3] * 3
