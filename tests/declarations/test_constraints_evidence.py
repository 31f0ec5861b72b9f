"""What the database refuses about evidence when somebody goes past the services."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from declarations.models import Evidence, EvidenceVersion, StatementEvidence
from tests.declarations import builders


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def version(members):
    return builders.kept(members)


def refused(words):
    return pytest.raises(IntegrityError, match=words)


def another(version, **facts):
    known = {
        "evidence": version.evidence, "number": 2, "file": version.file, "added_by": version.added_by,
        "added_at": timezone.now(), "creation_key": uuid.uuid4(),
    }  # fmt: skip
    return EvidenceVersion.objects.create(**(known | facts))


@pytest.mark.parametrize("sql", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_a_version_is_never_changed(version, sql):
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format("declarations_evidenceversion"))


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"number": 1}, "evidenceversion_number_once"),
        ({"number": 0}, "evidenceversion_number_from_one"),
        (
            {"covers_from": date(2026, 4, 1), "covers_until": date(2026, 3, 31)},
            "evidenceversion_covers_ordered",
        ),
    ],
)
def test_versions_are_numbered_and_their_days_in_order(version, facts, name):
    with refused(name), transaction.atomic():
        another(version, **facts)


def test_a_sheet_makes_one_version(version):
    with refused("evidenceversion_created_once"), transaction.atomic():
        another(version, creation_key=version.creation_key)


def test_the_file_belongs_to_the_provider_of_the_evidence(version):
    foreign = builders.kept(builders.team(name="別の組織", corporate_number=""))

    with refused("evidence_of_another_organisation"), transaction.atomic():
        another(version, file=foreign.file)


def test_evidence_has_a_title_and_is_made_once(version, members):
    known = {"organisation": members.organisation, "search_key": ""}
    with refused("evidence_has_title"), transaction.atomic():
        Evidence.objects.create(title="", creation_key=uuid.uuid4(), **known)
    with refused("evidence_created_once"), transaction.atomic():
        Evidence.objects.create(title="x", creation_key=version.evidence.creation_key, **known)


def test_a_version_is_tied_once_to_a_statement_of_a_draft_of_its_provider(
    version, members, small_edition
):
    statement = builders.draft(members, small_edition).statements.first()
    StatementEvidence.objects.create(statement=statement, version=version)
    foreign = builders.kept(builders.team(name="別の組織", corporate_number=""))

    with refused("statementevidence_tied_once"), transaction.atomic():
        StatementEvidence.objects.create(statement=statement, version=version)
    with refused("evidence_of_another_organisation"), transaction.atomic():
        StatementEvidence.objects.create(statement=statement, version=foreign)
    with refused("statementevidence_removed_in_an_act"), transaction.atomic():
        StatementEvidence.objects.update(removed_in=uuid.uuid4())


def test_ties_of_what_is_no_draft_stay_as_they_are(version, members, small_edition):
    declaration = builders.fixed(members, small_edition)

    with refused("declaration_is_not_a_draft"), transaction.atomic():
        StatementEvidence.objects.create(statement=declaration.statements.first(), version=version)
