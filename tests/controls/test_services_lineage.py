"""Proposing, correcting and publishing what became of the controls of one edition in another."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Count

from accounts.enums import Role
from controls.enums import EditionState, Relation
from controls.models import ControlLineage, Lineage
from controls.services.lineage import (
    LineFacts,
    correct_line,
    load_shipped_lineage,
    propose_lineage,
    publish_lineage,
    remove_line,
)
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from tests.accounts.factories import person
from tests.controls.factories import both_editions, load_text, small_edition
from tests.controls.lineages import ADDED, GONE, next_edition, small_lineage, text_of

pytestmark = pytest.mark.django_db


def counts(lineage: Lineage) -> dict:
    rows = lineage.lines.order_by("relation").values_list("relation")
    return dict(rows.annotate(count=Count("pk")))


def propose_again(lineage: Lineage, actor=None) -> Lineage:
    return propose_lineage(
        old_edition_id=lineage.old_edition_id,
        new_edition_id=lineage.new_edition_id,
        actor=actor or person(Role.SECRETARIAT),
    )


def correct(lineage: Lineage, line: ControlLineage | None, relation, old, new, **kwargs):
    lineage.refresh_from_db()
    facts = LineFacts(relation, old and old.pk, new and new.pk, kwargs.pop("note", ""))
    return correct_line(
        **{
            "lineage_id": lineage.pk,
            "version": lineage.row_version,
            "actor": person(Role.SECRETARIAT),
            "facts": facts,
            "line_id": line and line.pk,
        }
        | kwargs
    )


def publish(lineage: Lineage, actor=None) -> Lineage:
    lineage.refresh_from_db()
    return publish_lineage(
        lineage_id=lineage.pk,
        version=lineage.row_version,
        actor=actor or person(Role.COMMITTEE_MEMBER),
    )


def sides(lineage: Lineage):
    """The controls that only one edition has, with the lines that say so."""
    gone = lineage.lines.get(old__number=GONE)
    added = lineage.lines.get(new__number=ADDED)
    return gone, added


def test_proposal_is_a_draft_with_a_line_for_every_objective_and_detail():
    lineage = small_lineage()

    assert lineage.state == EditionState.DRAFT
    # 7 objectives and 12 details in both.
    assert counts(lineage) == {"same": 19, "new": 1, "withdrawn": 1}
    entry = lineage.history.get()
    assert (entry.action, entry.to_state, entry.actor) == ("proposed", "draft", lineage.proposed_by)


def test_proposing_twice_is_one_lineage():
    lineage = small_lineage()

    assert propose_again(lineage) == lineage
    assert (lineage.history.count(), ControlLineage.objects.count()) == (1, 21)


def test_proposing_again_follows_the_texts_where_nobody_corrected():
    lineage = small_lineage()
    for number in ("9.2.3.10", "9.4.2.3.P"):
        line = lineage.lines.get(new__number=number)
        text_of(line.old, "見本の文一")
        text_of(line.new, "見本の文二")
    kept = lineage.lines.get(new__number="9.4.2.3.P")
    correct(lineage, kept, Relation.EDITORIAL, kept.old, kept.new)

    propose_again(lineage)

    assert counts(lineage) == {"same": 17, "editorial": 1, "reworded": 1, "new": 1, "withdrawn": 1}
    assert lineage.lines.get(relation="reworded").new.number == "9.2.3.10"


def test_proposal_is_refused_between_drafts_and_backwards():
    old, new = small_edition(), next_edition()
    draft = load_text("id,level,standard,suffix,title_ja\n3,chapter,governance,,章", code="見本-3")
    with pytest.raises(DomainError, match="下書き"):
        propose_lineage(
            old_edition_id=old.pk, new_edition_id=draft.pk, actor=person(Role.SECRETARIAT)
        )
    with pytest.raises(DomainError, match="元の版より後"):
        propose_lineage(
            old_edition_id=new.pk, new_edition_id=new.pk, actor=person(Role.SECRETARIAT)
        )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_only_the_secretariat_proposes_and_corrects(role):
    lineage = small_lineage()
    line = lineage.lines.get(old__number=GONE)
    with pytest.raises(PermissionDenied):
        propose_again(lineage, person(role))
    with pytest.raises(PermissionDenied):
        correct(lineage, line, Relation.WITHDRAWN, line.old, None, actor=person(role))
    with pytest.raises(PermissionDenied):
        remove_line(
            lineage_id=lineage.pk,
            version=lineage.row_version,
            actor=person(role),
            line_id=line.pk,
        )


def test_correction_pairs_two_lines_and_the_lonely_one_gives_way():
    lineage = small_lineage()
    gone, added = sides(lineage)

    correct(lineage, added, Relation.MOVED, gone.old, added.new, note="番号だけが変わった")

    lineage.refresh_from_db()
    line = lineage.lines.get(old__number=GONE)
    assert (line.new.number, line.relation, line.is_proposed) == (ADDED, "moved", False)
    assert (counts(lineage), lineage.row_version) == ({"same": 19, "moved": 1}, 2)
    entry = lineage.history.last()
    assert entry.action == "corrected"
    assert entry.changes == {
        "line": [f"– → {ADDED} 新設", f"{GONE} → {ADDED} 番号の変更（番号だけが変わった）"],
        "removed": [[f"{GONE} → – 廃止"], []],
    }


def test_a_split_has_several_lines_with_one_old_side():
    lineage = small_lineage()
    gone, added = sides(lineage)
    other = lineage.lines.get(new__number="9.2.3.10")

    correct(lineage, added, Relation.SPLIT, gone.old, added.new)
    correct(lineage, None, Relation.SPLIT, gone.old, other.new)

    assert lineage.lines.filter(old=gone.old, relation=Relation.SPLIT).count() == 2
    with pytest.raises(DomainError, match="すでにあります"):
        correct(lineage, None, Relation.SPLIT, gone.old, other.new)
    with pytest.raises(DomainError, match="ほかの行で対応付けられて"):
        correct(lineage, None, Relation.WITHDRAWN, gone.old, None)


def test_sides_have_to_fit_the_relation():
    lineage = small_lineage()
    gone, added = sides(lineage)
    objective = lineage.lines.get(new__number="9.2.3")
    for relation, old, new in (
        (Relation.NEW, gone.old, added.new),
        (Relation.WITHDRAWN, None, added.new),
        (Relation.SAME, gone.old, None),
        (Relation.MERGED, gone.old, objective.new),
        (Relation.MOVED, added.new, gone.old),
    ):
        with pytest.raises(DomainError):
            correct(lineage, added, relation, old, new)
    assert lineage.history.count() == 1


def test_correction_of_an_overtaken_version_changes_nothing():
    lineage = small_lineage()
    gone, added = sides(lineage)
    correct(lineage, added, Relation.MOVED, gone.old, added.new)

    with pytest.raises(EditConflictError):
        correct(lineage, added, Relation.SPLIT, gone.old, added.new, version=1)
    with pytest.raises(EditConflictError):
        publish_lineage(lineage_id=lineage.pk, version=1, actor=person(Role.COMMITTEE_MEMBER))
    assert counts(lineage) == {"same": 19, "moved": 1}


def test_lineage_with_a_detail_without_line_is_not_published():
    lineage = small_lineage()
    gone, _added = sides(lineage)
    remove_line(lineage_id=lineage.pk, version=1, actor=person(Role.SECRETARIAT), line_id=gone.pk)

    with pytest.raises(DomainError, match=rf"1件あります（見本-1 {GONE}）"):
        publish(lineage)
    correct(lineage, None, Relation.WITHDRAWN, gone.old, None)
    assert publish(lineage).state == EditionState.PUBLISHED


def test_second_person_publishes_and_nothing_changes_any_more():
    lineage = small_lineage()
    member = person(Role.COMMITTEE_MEMBER)

    publish(lineage, member)

    lineage.refresh_from_db()
    assert (lineage.state, lineage.published_by) == ("published", member)
    entry = lineage.history.last()
    assert (entry.action, entry.from_state, entry.to_state) == ("published", "draft", "published")
    _gone, added = sides(lineage)
    with pytest.raises(TransitionNotAllowedError):
        correct(lineage, added, Relation.NEW, None, added.new)
    with pytest.raises(TransitionNotAllowedError):
        publish(lineage)
    assert propose_again(lineage).state == "published"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMITTEE_MEMBER])
def test_only_the_committee_publishes(role):
    with pytest.raises(PermissionDenied):
        publish(small_lineage(), person(role))


def test_who_proposed_or_corrected_does_not_publish():
    both = person(Role.COMMITTEE_MEMBER, Role.SECRETARIAT)
    with pytest.raises(PermissionDenied):
        publish(small_lineage(actor=both), both)


def test_who_corrected_does_not_publish():
    both, lineage = person(Role.COMMITTEE_MEMBER, Role.SECRETARIAT), small_lineage()
    gone, added = sides(lineage)
    correct(lineage, added, Relation.MOVED, gone.old, added.new, actor=both)

    with pytest.raises(PermissionDenied):
        publish(lineage, both)


def test_database_refuses_publication_by_the_proposer():
    lineage = small_lineage()
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Lineage.objects.filter(pk=lineage.pk).update(
            state=EditionState.PUBLISHED,
            published_by=lineage.proposed_by,
            published_at=lineage.proposed_at,
        )


def test_database_keeps_published_lines_as_they_are():
    lineage = publish(small_lineage())
    for act in (lineage.lines.all().delete, lambda: lineage.lines.update(note="変更")):
        with pytest.raises(IntegrityError, match="lineage_is_published"), transaction.atomic():
            act()


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_are_one():
    old, new = small_edition(), next_edition()
    people = [person(Role.SECRETARIAT), person(Role.SECRETARIAT)]
    barrier, made = threading.Barrier(2), []

    def act(actor):
        barrier.wait()
        try:
            made.append(
                propose_lineage(old_edition_id=old.pk, new_edition_id=new.pk, actor=actor).pk
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 2
    assert len(set(made)) == Lineage.objects.count() == 1


@pytest.mark.full_catalogue
def test_shipped_lineage_is_published_with_four_new_and_four_with_added_examples():
    old, new = both_editions()

    lineage = Lineage.objects.get()

    assert (lineage.old_edition, lineage.new_edition, lineage.state) == (old, new, "published")
    assert counts(lineage) == {"same": 148 + 1152 - 4, "reworded": 4, "new": 4}
    notes = lineage.lines.filter(relation=Relation.REWORDED).values_list("note", flat=True)
    assert set(notes) == {"例示の追加"}
    assert not lineage.lines.filter(relation__in=["new", "reworded"], is_proposed=True).exists()
    again = load_shipped_lineage(old=old, new=new, publisher=lineage.published_by)
    assert (again, Lineage.objects.count()) == (lineage, 1)
    assert lineage.history.count() == 2
