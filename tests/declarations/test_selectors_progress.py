"""Counting a declaration in SQL gives what counting its rows in Python gives."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from declarations.enums import Adoption
from declarations.models import ListedService, Statement
from declarations.selectors.progress import (
    COUNTED,
    chapter_progress,
    chapters_with_sections,
    total_progress,
)
from declarations.selectors.rows import editor_rows
from declarations.services.exclusions import exclude_objective, include_objective
from tests.counting import counted_queries
from tests.declarations import builders

OBJECTIVES = ["6.1.1", "6.3.1.P", "9.2.3", "9.4.2"]
ROWS = st.tuples(
    st.sampled_from(Adoption.values),
    st.sampled_from(["", "本文"]),
    st.sampled_from(["", "理由"]),
    st.booleans(),
)


def folded(declaration, excluded, place):
    """The counts of each chapter or section, row by row; `place` says to which a detail belongs."""
    parts: dict[str, Counter] = {}
    for row in declaration.statements.select_related("control__parent__parent__parent"):
        count = parts.setdefault(place(row.control).number, Counter())
        count["total"] += 1
        if row.control.parent.number in excluded:
            count["released"] += 1
            count["answered"] += 1
            continue
        count[row.adoption] += 1
        texts = row.individual_control or row.base_service_id
        full = {"adopted": texts, "not_selected": row.reason, "undecided": ""}
        count["answered"] += bool(full[row.adoption])
    return {part: {name: count[name] for name in COUNTED} for part, count in parts.items()}


def as_dicts(parts):
    return {part.number: {name: getattr(part, name) for name in COUNTED} for part in parts}


@pytest.mark.django_db
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    answers=st.lists(ROWS, min_size=13, max_size=13), excluded=st.sets(st.sampled_from(OBJECTIVES))
)
def test_counts_in_sql_and_in_python_agree(small_draft, answers, excluded):
    draft, members = small_draft
    _write(draft, members, answers, excluded)

    chapters = chapter_progress(draft.pk)

    assert as_dicts(chapters) == folded(draft, excluded, lambda c: c.parent.parent.parent)
    tree = chapters_with_sections(draft.pk)
    assert [chapter.whole for chapter in tree.values()] == chapters
    sections = [part for chapter in tree.values() for part in chapter.sections]
    assert as_dicts(sections) == folded(draft, excluded, lambda c: c.parent.parent)
    total = total_progress(chapters)
    assert {name: getattr(total, name) for name in COUNTED} == draft.statements.counted()
    states = Counter(row.state for row in editor_rows(draft))
    assert states["complete"] + states["released"] == total.answered
    assert states["incomplete"] == total.incomplete
    assert states["undecided"] == total.undecided


@pytest.fixture
def small_draft(small_edition):
    members = builders.team()
    return builders.draft(members, small_edition), members


def _write(draft, members, answers, excluded):
    rows = list(draft.statements.all())
    base = ListedService.objects.first() or builders.listed()
    for row, (adoption, text, reason, inherits) in zip(rows, answers, strict=True):
        row.adoption, row.individual_control = adoption, text
        row.reason, row.base_service = reason, base if inherits else None
    Statement.objects.bulk_update(
        rows, ["adoption", "individual_control", "reason", "base_service"]
    )
    for number in OBJECTIVES:
        include_objective(declaration_id=draft.pk, actor=members.editor, number=number)
    for number in excluded:
        exclude_objective(
            declaration_id=draft.pk, actor=members.editor, number=number, reason="理由", version=0
        )


@pytest.mark.django_db
def test_parts_come_in_the_order_of_the_criteria_with_their_titles(small_draft):
    draft, _members = small_draft

    assert [(c.number, c.title) for c in chapter_progress(draft.pk)] == [
        ("3", "情報セキュリティのガバナンス"),
        ("4", "マネジメント"),
        ("6", "組織"),
        ("9", "アクセス制御"),
    ]
    tree = chapters_with_sections(draft.pk)
    assert list(tree) == ["3", "4", "6", "9"]
    assert [section.number for section in tree["6"].sections] == ["6.1", "6.3.P"]


@pytest.mark.django_db
def test_each_is_one_query_and_percent_is_rounded_down(small_draft):
    draft, members = small_draft
    builders.answer(draft, members.editor)
    Statement.objects.filter(declaration=draft, control__number="9.2.3.2").update(
        reason="", adoption="undecided"
    )

    with counted_queries() as seen:
        chapters = chapter_progress(draft.pk)
        chapters_with_sections(draft.pk)

    assert len(seen) == 2
    nine = chapters[-1]
    assert (nine.answered, nine.total, nine.percent, nine.is_done) == (4, 5, 80, False)
    assert (chapters[0].percent, chapters[0].is_done) == (100, True)
