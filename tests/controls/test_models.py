"""What the database refuses when the services are bypassed."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from controls.enums import EditionState, ParameterState
from controls.models import Control, EditionHistory, ParameterHistory, SchemeParameter
from tests.accounts.factories import person
from tests.controls.factories import CatalogueEditionFactory, SchemeParameterFactory

pytestmark = pytest.mark.django_db

REFUSED = "pgtrigger: Cannot|is immutable"


def execute(sql: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE controls_control SET title = 'x' WHERE edition_id = %s",
        "UPDATE controls_control SET number = number || 'x' WHERE edition_id = %s",
        "DELETE FROM controls_controlarea WHERE control_id IN"
        " (SELECT id FROM controls_control WHERE edition_id = %s AND number = '9.2.3');"
        " DELETE FROM controls_control WHERE number = '9.2.3.2'",
        "UPDATE controls_catalogueedition SET name = 'x' WHERE id = %s",
        "UPDATE controls_catalogueedition SET state = 'draft' WHERE id = %s",
        "UPDATE controls_catalogueedition SET published_by_id = NULL WHERE id = %s",
        "UPDATE controls_catalogueedition SET in_force_from = '2020-01-01' WHERE id = %s",
        "DELETE FROM controls_catalogueedition WHERE id = %s",
    ],
)
def test_published_edition_is_immutable_to_direct_sql(small_edition, sql):
    with pytest.raises(DatabaseError, match=REFUSED):
        execute(sql, small_edition.pk)


def test_published_edition_takes_no_new_control(small_edition):
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        Control.objects.create(
            edition=small_edition,
            number="5",
            sort_key=[5],
            level="chapter",
            standard="control_measure",
        )


def test_control_cannot_be_moved_out_of_a_published_edition(small_edition):
    draft = CatalogueEditionFactory()

    with pytest.raises(DatabaseError, match=REFUSED):
        execute(
            "UPDATE controls_control SET edition_id = %s WHERE edition_id = %s",
            draft.pk,
            small_edition.pk,
        )


def test_edition_is_not_published_by_who_loaded_it():
    loader = person(Role.SECRETARIAT, Role.COMMITTEE_MEMBER)
    edition = CatalogueEditionFactory(loaded_by=loader)
    edition.state, edition.published_by = EditionState.PUBLISHED, loader
    edition.published_at = timezone.now()

    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        edition.save()


def test_edition_is_not_published_by_nobody():
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        CatalogueEditionFactory(state=EditionState.PUBLISHED, published_at=timezone.now())


@pytest.mark.parametrize("by", ["proposer", "nobody"])
def test_parameter_is_not_published_without_a_second_person(by):
    proposal = SchemeParameterFactory(name="見本")
    proposal.state, proposal.published_at = ParameterState.PUBLISHED, timezone.now()
    proposal.published_by = proposal.proposed_by if by == "proposer" else None

    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        proposal.save()


def test_two_values_never_hold_on_one_day():
    with pytest.raises(IntegrityError, match="parameter_one_value_a_day"), transaction.atomic():
        SchemeParameterFactory(
            proposed_by=None, state=ParameterState.PUBLISHED, published_at=timezone.now()
        )


def test_second_proposal_for_one_parameter_is_refused():
    SchemeParameterFactory()

    with pytest.raises(IntegrityError, match="one_proposal"), transaction.atomic():
        SchemeParameterFactory(in_force_from=date(2027, 4, 1))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE controls_schemeparameter SET value = '99' WHERE name = %s",
        "UPDATE controls_schemeparameter SET status = 'likely' WHERE name = %s",
        "UPDATE controls_schemeparameter SET source = 'x' WHERE name = %s",
        "UPDATE controls_schemeparameter SET in_force_from = '2026-01-01' WHERE name = %s",
        "UPDATE controls_schemeparameter SET state = 'draft' WHERE name = %s",
        "DELETE FROM controls_schemeparameter WHERE name = %s",
    ],
)
def test_published_value_is_kept(sql):
    with pytest.raises(DatabaseError, match=REFUSED):
        execute(sql, "validity_months")


def test_withdrawn_proposal_is_kept():
    proposal = SchemeParameterFactory(state=ParameterState.WITHDRAWN)

    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        SchemeParameter.objects.filter(pk=proposal.pk).update(state=ParameterState.DRAFT)


@pytest.mark.parametrize("model", [EditionHistory, ParameterHistory])
def test_history_is_append_only(small_edition, model):
    assert model.objects.exists()
    for act in (model.objects.all().delete, lambda: model.objects.update(reason="x")):
        with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
            act()
