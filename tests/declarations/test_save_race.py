"""Fifty people save one section a thousand times at once: nothing is lost, nothing is doubled, nobody waits in vain."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from accounts.enums import Role
from accounts.models import User
from controls.models import CatalogueEdition
from controls.services.catalogue import publish_edition
from core.exceptions import EditConflictError
from declarations.models import Declaration, Statement, StatementHistory
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, load_text
from tests.declarations import builders
from tests.racing import together

WRITERS, SAVES_EACH = 50, 20
ROWS = [f"9.2.3.{place}" for place in range(21, 81)]


def edition_with_a_long_section() -> CatalogueEdition:
    """A section of sixty rows more, as long as a page of the editor gets."""
    details = [f"{number},detail,control_measure,,,,,2022-04" for number in ROWS]
    edition = load_text("\n".join([SMALL_CATALOGUE.rstrip(), *details]), code="見本-1")
    return publish_edition(edition_id=edition.pk, actor=person(Role.COMMITTEE_MEMBER))


@dataclass
class Writer:
    """A person with the section open. The page knows row versions only from answers, as a browser does."""

    declaration: Declaration
    user: User
    place: int
    known: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROWS, 1))
    saved: list[tuple[str, int, str]] = field(default_factory=list)
    conflicts: int = 0

    def work(self) -> None:
        """Save row after row; whoever was overtaken sends the own text again upon what the answer showed."""
        rows = [ROWS[(7 * self.place + 11 * n) % len(ROWS)] for n in range(SAVES_EACH)]
        for turn in range(SAVES_EACH):
            number, text = rows[0], f"書き手{self.place}の{turn}番目の文"
            edit = StatementEdit(number, self.known[number], {"individual_control": text})
            try:
                answer = save_statements(
                    declaration_id=self.declaration.pk, actor=self.user, edits=[edit]
                )
            except EditConflictError as conflict:
                self.known[number] = conflict.current[number].row_version
                self.conflicts += 1
            else:
                self.known[number] = answer.statements[number].row_version
                self.saved.append((number, self.known[number], text))
                rows.pop(0)


@pytest.mark.django_db(transaction=True)
def test_every_save_is_in_the_history_or_was_answered_with_a_conflict():
    members = builders.team()
    draft = builders.draft(members, edition_with_a_long_section())
    writers = [
        Writer(draft, person(Role.CSP_EDITOR, organisation=members.organisation), n)
        for n in range(WRITERS)
    ]

    outcomes = together(*[writer.work for writer in writers])

    assert outcomes == [None] * WRITERS
    saved = [save for writer in writers for save in writer.saved]
    conflicts = sum(writer.conflicts for writer in writers)
    assert len(saved) + conflicts == WRITERS * SAVES_EACH
    assert saved
    assert conflicts
    assert StatementHistory.objects.filter(statement__declaration=draft).count() == len(saved)
    counts = Counter(number for number, _version, _text in saved)
    for number in ROWS:
        row = Statement.objects.get(declaration=draft, control__number=number)
        lines = row.history.order_by("pk")
        told = sorted((version, text) for place, version, text in saved if place == number)

        # Versions without a gap, each with the text that its writer was told is saved, each upon the one before.
        assert [version for version, _text in told] == list(range(2, counts[number] + 2))
        texts = [text for _version, text in told]
        assert [line.changes["individual_control"] for line in lines] == [
            [before, after] for before, after in zip(["", *texts], texts, strict=False)
        ]
        assert row.row_version == counts[number] + 1
        assert row.individual_control == texts[-1]
        assert row.updated_by == lines.last().actor
