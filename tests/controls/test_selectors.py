"""Reads that other apps use."""

from datetime import date

import pytest

from controls.models import CatalogueEdition, ControlArea
from controls.selectors.catalogue import (
    chapter_index,
    comparison_with_previous,
    control_tree,
    edition_entries,
    is_always_audited,
)
from tests.controls.factories import CatalogueEditionFactory, small_edition

pytestmark = pytest.mark.django_db


def test_tree_holds_every_control_once_and_in_order(small_edition, django_assert_num_queries):
    with django_assert_num_queries(2):
        roots = control_tree(small_edition.pk)

    flat = [node.number for root in roots for node in [root, *root.below()]]
    assert flat == [control.number for control in small_edition.controls.in_order()]
    assert [len(root.details) for root in roots] == [2, 3, 3, 5]


def test_detail_without_title_shows_its_objectives_and_says_so(small_edition):
    (chapter,) = control_tree(small_edition.pk, chapter=9)
    nodes = {node.number: node for node in chapter.below()}

    assert nodes["9.2.3.2"].title == nodes["9.2.3"].title
    assert nodes["9.2.3.2"].is_own_title is False
    assert nodes["9.2.3"].is_own_title is True


def test_detail_inherits_the_areas_of_its_objective_unless_it_has_its_own(small_edition):
    own = small_edition.controls.get(number="9.2.3.2")
    ControlArea.objects.create(control=own, area="operations", source="見本の確認")

    (chapter,) = control_tree(small_edition.pk, chapter=9)
    nodes = {node.number: node for node in chapter.below()}

    assert (nodes["9.2.3.10"].areas, nodes["9.2.3.10"].is_area_inherited) == (("access",), True)
    assert (nodes["9.2.3.2"].areas, nodes["9.2.3.2"].is_area_inherited) == (("operations",), False)
    assert nodes["9.2.3.2"].area_sources == ("見本の確認",)


def test_index_counts_requirements_and_not_explanations(small_edition):
    lines = {line.chapter: line for line in chapter_index(small_edition)}

    assert list(lines) == [3, 4, 6, 9]
    assert (lines[3].objectives, lines[3].details) == (1, 2)
    assert (lines[9].details, lines[9].mandatory) == (5, 2)


def test_first_edition_is_compared_with_nothing(small_edition):
    comparison = comparison_with_previous(small_edition)

    assert comparison.previous is None
    assert len(comparison.difference.added) == 30


def test_edition_is_compared_with_the_published_one_before_it(small_edition):
    CatalogueEditionFactory(in_force_from=date(2024, 1, 1))
    later = CatalogueEditionFactory(in_force_from=date(2026, 1, 1))

    comparison = comparison_with_previous(later)

    assert comparison.previous == small_edition
    assert len(comparison.difference.removed) == 30


def test_entries_of_equal_editions_are_equal(small_edition):
    assert edition_entries(small_edition.pk) == edition_entries(make("見本-2").pk)


def test_editions_in_force_are_published_and_newest_first(small_edition):
    CatalogueEditionFactory(in_force_from=date(2020, 1, 1))

    assert list(CatalogueEdition.objects.in_force(date(2022, 4, 1))) == [small_edition]
    assert not CatalogueEdition.objects.in_force(date(2022, 3, 31)).exists()


def test_governance_and_management_are_in_every_audit():
    day = date(2026, 4, 1)

    assert [
        is_always_audited(standard, on=day)
        for standard in ("governance", "management", "control_measure")
    ] == [True, True, False]


def make(code: str) -> CatalogueEdition:
    return small_edition(code)
