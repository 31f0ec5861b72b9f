"""Loading, publishing, and what is shipped."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.enums import Role
from controls.catalogue_file import CatalogueFileError
from controls.enums import EditionState, Level, Standard
from controls.models import CatalogueEdition, ControlArea
from controls.services.catalogue import load_catalogue, load_shipped_editions, publish_edition
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, load_text, small_edition

pytestmark = pytest.mark.django_db


def load(text: str = SMALL_CATALOGUE, *, code: str = "見本-1", **kwargs):
    kwargs = {"actor": None, "name": "見本", "in_force_from": date(2022, 4, 1)} | kwargs
    return load_catalogue(content=text.encode(), file_name="見本.csv", edition_code=code, **kwargs)


def test_look_at_a_file_writes_nothing():
    result = load()

    assert (len(result.difference.added), result.is_applied, result.edition) == (30, False, None)
    assert not CatalogueEdition.objects.exists()


def test_applied_file_is_a_draft_with_its_tree_areas_and_history():
    secretariat = person(Role.SECRETARIAT)

    edition = load(apply=True, actor=secretariat).edition

    assert (edition.state, edition.loaded_by) == (EditionState.DRAFT, secretariat)
    detail = edition.controls.get(number="6.3.1.1.PB")
    assert (detail.parent.number, detail.suffix, detail.is_mandatory) == ("6.3.1.P", "PB", True)
    assert edition.controls.get(number="9.4.2.3.P").is_mandatory is False
    assert ControlArea.objects.get(control__number="9.2.3").source == "当プロダクトの判断（未確認）"
    entry = edition.history.get()
    assert (entry.actor, entry.action, entry.to_state) == (secretariat, "loaded", "draft")


def test_same_file_again_changes_nothing():
    before = load(apply=True).edition

    result = load(apply=True)

    assert result.difference.is_empty
    assert result.is_applied is False
    assert before.history.count() == 1
    assert CatalogueEdition.objects.get().loaded_at == before.loaded_at


def test_draft_is_replaced_as_a_whole_and_the_difference_is_told():
    edition = load(apply=True).edition
    text = SMALL_CATALOGUE.replace("組織,,,2022-04", "組織体制,,,2022-04").replace(
        "9.2.3.2,detail,control_measure,,,,,2022-04\n",
        "9.2.3.5,detail,control_measure,,,,,2022-04\n",
    )

    found = load(text, apply=True).difference

    assert [entry.number for entry in found.added] == ["9.2.3.5"]
    assert [entry.number for entry in found.removed] == ["9.2.3.2"]
    assert [(c.number, c.field_label, c.before, c.after) for c in found.changed] == [
        ("6", "見出し", "組織", "組織体制"),
        ("6.1", "見出し", "内部組織", "内部組織体制"),
    ]
    assert edition.controls.count() == 30
    assert edition.history.count() == 2


def test_file_with_a_fault_writes_nothing():
    with pytest.raises(CatalogueFileError):
        load(SMALL_CATALOGUE + "20.1,section,control_measure,,節,,,\n", apply=True)
    assert not CatalogueEdition.objects.exists()


def test_published_edition_is_not_loaded_over():
    edition = small_edition("見本-1")
    text = SMALL_CATALOGUE.replace("評価結果の反映", "別の見出し")

    assert len(load(text).difference.changed) == 1
    with pytest.raises(DomainError, match="公開済みのため変更できません"):
        load(text, apply=True)
    assert load(apply=True).is_applied is False
    assert edition.controls.get(number="3.1.2.2").title == "評価結果の反映"


@pytest.mark.parametrize(
    "kwargs", [{"name": ""}, {"in_force_from": None}, {"code": "長" * 21}, {"name": "長" * 101}]
)
def test_new_edition_needs_name_and_day_that_fit(kwargs):
    with pytest.raises(DomainError):
        load(apply=True, **kwargs)


def test_rows_introduced_later_are_left_out_and_counted():
    text = SMALL_CATALOGUE + "9.4.2.4,detail,control_measure,,,,,2024-07\n"

    result = load(text, code="2022-04", apply=True)

    assert (result.left_out, result.edition.controls.count()) == (1, 30)
    assert load(text, code="2024-07").left_out == 0


@pytest.mark.parametrize("role", set(Role) - {Role.SECRETARIAT})
def test_load_is_refused_to_other_roles(role):
    with pytest.raises(PermissionDenied):
        load(actor=person(role))


def test_publish_records_who_and_both_states():
    edition = load(apply=True, actor=person(Role.SECRETARIAT)).edition
    member = person(Role.COMMITTEE_MEMBER)

    publish_edition(edition_id=edition.pk, actor=member, seen_sha256=edition.source_sha256)

    edition.refresh_from_db()
    entry = edition.history.last()
    assert (edition.state, edition.published_by) == (EditionState.PUBLISHED, member)
    assert (entry.actor, entry.from_state, entry.to_state) == (member, "draft", "published")


def test_publish_is_refused_to_who_loaded_it():
    both = person(Role.SECRETARIAT, Role.COMMITTEE_MEMBER)
    edition = load(apply=True, actor=both).edition

    with pytest.raises(PermissionDenied):
        publish_edition(edition_id=edition.pk, actor=both)


def test_publish_is_refused_when_the_draft_was_loaded_anew():
    edition = load(apply=True).edition
    load(SMALL_CATALOGUE.replace("評価結果の反映", "別の見出し"), apply=True)

    with pytest.raises(EditConflictError, match="読み込み直されました"):
        publish_edition(
            edition_id=edition.pk,
            actor=person(Role.COMMITTEE_MEMBER),
            seen_sha256=edition.source_sha256,
        )


def test_publish_is_refused_a_second_time():
    edition = small_edition()

    with pytest.raises(TransitionNotAllowedError):
        publish_edition(edition_id=edition.pk, actor=person(Role.COMMITTEE_MEMBER))


@pytest.mark.django_db(transaction=True)
def test_two_members_publish_at_once_and_one_does():
    edition = load_text(SMALL_CATALOGUE, code="見本-1")
    members = [person(Role.COMMITTEE_MEMBER), person(Role.COMMITTEE_MEMBER)]
    barrier, refused = threading.Barrier(2), []

    def publish(member):
        barrier.wait()
        try:
            publish_edition(edition_id=edition.pk, actor=member)
        except TransitionNotAllowedError:
            refused.append(member)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert edition.history.filter(action="published").count() == 1


@pytest.mark.full_catalogue
def test_shipped_editions_have_the_counts_of_the_criteria(both_editions):
    older, newer = both_editions
    details = [edition.controls.details() for edition in both_editions]

    assert [rows.count() for rows in details] == [1_152, 1_156]
    assert [rows.filter(is_mandatory=True).count() for rows in details] == [31, 31]
    objectives = newer.controls.filter(level=Level.OBJECTIVE)
    measures = objectives.filter(standard=Standard.CONTROL_MEASURE)
    assert (measures.count(), objectives.count() - measures.count()) == (121, 27)
    added = {"8.1.5.4.P", "12.2.1.15", "13.2.3.7.P", "16.1.5.10"}
    numbers = [set(edition.controls.values_list("number", flat=True)) for edition in both_editions]
    assert numbers[1] - numbers[0] == added
    assert older.controls.count() + 4 == newer.controls.count() == 1_367


@pytest.mark.full_catalogue
def test_shipped_titles_are_ours_and_never_missing_where_they_exist(both_editions):
    newer = both_editions[1]
    untitled = newer.controls.filter(title="")

    assert untitled.count() == 1_074
    assert not untitled.exclude(level=Level.DETAIL).exists()
    assert not untitled.exclude(standard=Standard.CONTROL_MEASURE).exists()
    areas = ControlArea.objects.filter(control__edition=newer)
    assert areas.count() == 77
    assert set(areas.values_list("control__level", flat=True)) == {Level.OBJECTIVE}


@pytest.mark.full_catalogue
def test_full_edition_is_written_with_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        load_shipped_editions()
