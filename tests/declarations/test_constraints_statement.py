"""What the database refuses when somebody goes past the services."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from declarations.models import Statement
from tests.declarations import builders

STATEMENT = "UPDATE declarations_statement SET individual_control = 'x' WHERE declaration_id = %s"
REMOVAL = "DELETE FROM declarations_statement WHERE declaration_id = %s"
EXCLUSION = (
    "INSERT INTO declarations_objectiveexclusion (id, declaration_id, objective_id, reason, row_version)"
    " SELECT gen_random_uuid(), %s, id, 'x', 1 FROM controls_control WHERE number = '9.2.3'"
)


@pytest.fixture
def members(db):
    return builders.team()


def run(sql, declaration):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [declaration.pk])


@pytest.mark.parametrize("state", ["waiting", "fixed", "superseded"])
@pytest.mark.parametrize("sql", [STATEMENT, REMOVAL, EXCLUSION])
def test_statements_and_exclusions_change_in_a_draft_only(members, small_edition, state, sql):
    declaration = getattr(builders, state)(members, small_edition)

    with pytest.raises(IntegrityError, match="declaration_is_not_a_draft"):
        run(sql, declaration)


def test_draft_can_be_changed(members, small_edition):
    draft = builders.draft(members, small_edition)

    run(STATEMENT, draft)
    run(EXCLUSION, draft)

    assert set(draft.statements.values_list("individual_control", flat=True)) == {"x"}


def test_a_control_is_stated_once_in_a_declaration(members, small_edition):
    draft = builders.draft(members, small_edition)
    row = draft.statements.first()

    with pytest.raises(IntegrityError, match="statement_once"), transaction.atomic():
        Statement.objects.create(declaration=draft, control=row.control)


def test_excluded_objective_has_a_reason(members, small_edition):
    draft = builders.draft(members, small_edition)

    with pytest.raises(IntegrityError, match="exclusion_has_reason"):
        run(EXCLUSION.replace("'x'", "''"), draft)


@pytest.mark.parametrize("sql", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_history_of_a_statement_is_never_rewritten(members, small_edition, sql):
    draft = builders.draft(members, small_edition)
    builders.answer(draft, members.editor)

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(sql.format("declarations_statementhistory"))
