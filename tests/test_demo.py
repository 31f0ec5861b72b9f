"""The world of the demo is the same at every seeding: what the browser tests look for is there."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.enums import Role
from declarations.enums import Adoption
from demo import base_services
from demo.filling import fill_undecided
from demo.journeys import World
from tests.accounts.factories import person
from tests.declarations import builders

SAYS = ("control__number", "adoption", "reason", "individual_control")
AT = timezone.make_aware(datetime(2026, 1, 15, 10, 30))

pytestmark = pytest.mark.django_db


def test_services_of_the_same_name_are_filled_with_the_same_words(small_edition):
    words = []
    for _provider in range(2):
        members = builders.team()
        draft = builders.draft(members, small_edition)
        fill_undecided(draft, members.editor)
        words.append(list(draft.statements.values_list(*SAYS)))

    assert words[0] == words[1]


@pytest.mark.full_catalogue
def test_base_services_are_named_whatever_the_texts_had_chosen(both_editions):
    members = builders.team()
    people = {"jimukyoku": person(Role.SECRETARIAT), "minato-tantou": members.editor}
    world = World(today=AT.date(), people=people)
    draft = builders.draft(members, both_editions[1])
    numbers = {number for base in base_services.BASES for number in base.numbers}
    builders.answer(draft, members.editor, not_selected=tuple(numbers))

    base_services.enter(world, AT)
    base_services.inherit(world, draft, by="minato-tantou", at=AT)

    named = draft.statements.filter(base_service__isnull=False, adoption=Adoption.ADOPTED)
    assert set(named.values_list("control__number", flat=True)) == numbers
