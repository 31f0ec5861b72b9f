"""A declaration beside an earlier one: what is found, who sees it, what it costs."""

import pytest
from django.urls import reverse

from controls.enums import EditionState, Relation
from controls.models import ControlLineage, Lineage
from declarations.enums import Adoption
from declarations.services.declaration import edit_declaration, revise_declaration
from declarations.services.exclusions import exclude_objective
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import person
from tests.controls import factories as editions
from tests.counting import counted_queries
from tests.declarations import builders

NUMBER, OTHER = "9.2.3.2", "9.2.3.10"


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def old(members, small_edition):
    return builders.fixed(members, small_edition)


@pytest.fixture
def new(members, old):
    return revise_declaration(declaration_id=old.pk, actor=members.editor)


def address(declaration) -> str:
    return reverse("declarations:difference", args=[declaration.pk])


def save(declaration, members, number, **changes):
    edit = StatementEdit(number, 1, changes)
    save_statements(declaration_id=declaration.pk, actor=members.editor, edits=[edit])


def page(client, user, declaration, **query):
    client.force_login(user)
    return client.get(address(declaration), query)


def test_a_new_version_that_says_the_same_says_so(client, members, new):
    answer = page(client, members.editor, new)

    assert answer.context["result"].whole.is_empty
    assert "どれも変わっていません" in answer.content.decode()


def test_changed_rows_body_and_exclusions_are_found(client, members, new):
    save(new, members, NUMBER, individual_control=builders.TEXT.replace("四半期", "毎月"))
    save(new, members, OTHER, adoption=Adoption.NOT_SELECTED.value, reason=builders.REASON)
    exclude_objective(
        declaration_id=new.pk,
        actor=members.editor,
        number="9.4.2",
        reason="画面がないため。",
        version=0,
    )
    edit_declaration(
        declaration_id=new.pk, actor=members.editor, version=1, facts={"scope": "全機能。"}
    )

    whole = page(client, members.editor, new).context["result"].whole

    assert [(row.number, row.kind) for row in whole.rows] == [
        (NUMBER, "wording"),
        (OTHER, "adoption"),
    ]
    assert [(row.number, row.before, row.after) for row in whole.exclusions] == [
        ("9.4.2", "", "画面がないため。")
    ]
    assert [field.name for field in whole.body] == ["scope"]


def test_the_page_marks_the_words_that_changed(client, members, new):
    save(new, members, NUMBER, individual_control=builders.TEXT.replace("四半期", "毎月"))

    content = page(client, members.editor, new).content.decode()

    assert "四半期</del>" in content
    assert "毎月</ins>" in content


def test_a_kind_narrows_the_rows_and_an_unknown_kind_narrows_nothing(client, members, new):
    save(new, members, NUMBER, individual_control="手順を改めました。")
    save(new, members, OTHER, adoption=Adoption.NOT_SELECTED.value, reason=builders.REASON)

    narrowed = page(client, members.editor, new, kind="adoption").context["result"].rows
    everything = page(client, members.editor, new, kind="nonsense").context["result"].rows

    assert [shown.row.number for shown in narrowed] == [OTHER]
    assert [shown.row.number for shown in everything] == [NUMBER, OTHER]


def test_any_earlier_version_can_be_chosen(client, members, old, new):
    save(new, members, NUMBER, individual_control="第2版の手順です。")
    second = builders.approved(
        builders.submit_declaration(declaration_id=new.pk, actor=members.editor), members
    )
    third = revise_declaration(declaration_id=second.pk, actor=members.editor)

    against_second = page(client, members.editor, third).context
    against_first = page(client, members.editor, third, **{"with": str(old.pk)}).context

    assert (against_second["old"], against_second["result"].whole.rows) == (second, ())
    assert [row.number for row in against_first["result"].whole.rows] == [NUMBER]


def test_a_first_version_has_nothing_to_compare_with(client, members, old):
    answer = page(client, members.editor, old)

    assert answer.status_code == 200
    assert "比べられる前の版はありません" in answer.content.decode()


def test_the_committee_side_compares_only_what_it_has_been_given(client, filed, members):
    """A filed first version is read by the secretariat; earlier drafts are no choice for it."""
    secretary = person("secretariat")
    answer = page(client, secretary, filed.declaration)

    assert (answer.status_code, answer.context["old"]) == (200, None)


def test_numbers_of_another_edition_are_followed_through_the_lineage(client, members, old):
    later = editions.small_edition("2099-04")
    lineage = Lineage.objects.create(
        old_edition=old.edition, new_edition=later, source="見本", proposed_at=old.fixed_at
    )
    numbers = {
        edition: {c.number: c for c in edition.controls.details()}
        for edition in (old.edition, later)
    }
    pairs = {OTHER: NUMBER, NUMBER: OTHER}
    ControlLineage.objects.bulk_create(
        ControlLineage(
            lineage=lineage,
            old=numbers[old.edition][pairs.get(number, number)],
            new=control,
            relation=Relation.MOVED,
        )
        for number, control in numbers[later].items()
    )
    lineage.state, lineage.published_by = EditionState.PUBLISHED, person("committee_member")
    lineage.published_at = old.fixed_at
    lineage.save()
    from_date = old.period_end.replace(year=2026, month=4, day=1)
    following = builders.draft(
        members,
        later,
        service=old.service,
        start=from_date,
        end=from_date.replace(year=2027, month=3, day=31),
    )

    rows = page(client, members.editor, following).context["result"].whole.rows

    by_number = {row.number: row for row in rows}
    assert by_number[OTHER].old_numbers == (NUMBER,)
    assert by_number[NUMBER].old_numbers == (OTHER,)


@pytest.mark.parametrize("changed", [1, 20])
def test_queries_do_not_grow_with_the_changes(client, members, new, changed):
    edits = [
        StatementEdit(row.control.number, 1, {"individual_control": "改めた手順です。"})
        for row in new.statements.select_related("control")[:changed]
    ]
    save_statements(declaration_id=new.pk, actor=members.editor, edits=edits)
    client.force_login(members.editor)

    with counted_queries() as seen:
        client.get(address(new))

    assert len(seen) <= 16
