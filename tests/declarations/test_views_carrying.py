"""Pages of the carry-over: opening next year, the wizard, what is left to do, confirming."""

import re
from datetime import date

import pytest
from django.urls import reverse

from declarations.models import Declaration
from declarations.selectors.unconfirmed import unconfirmed
from declarations.services.declaration import create_declaration
from declarations.services.moving import move_to_edition
from tests.counting import counted_queries
from tests.declarations import builders, editions

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


@pytest.fixture
def second(small_edition):
    edition = editions.second_edition()
    editions.lineage_between(small_edition, edition)
    return edition


@pytest.fixture
def moved(members, small_edition, second):
    draft = builders.complete(members, small_edition)
    return move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=second.pk)


def address(name, *parts):
    return reverse(f"declarations:{name}", args=parts)


def opening(edition, **more):
    period = {"period_start": "2026-04-01", "period_end": "2027-03-31"}
    return period | {"edition": str(edition.pk)} | more


def touched(text, group):
    section = text.split(f'id="{group}"')[1].split("</section>")[0]
    return re.findall(r'data-touched="([^"]+)"', section)


def test_next_year_is_offered_from_this_year(editor, members, small_edition):
    fixed = builders.fixed(members, small_edition)
    where = address("declaration-create", fixed.service_id)

    assert re.search(r'value="carry"[^>]*checked', editor.get(where).text)
    response = editor.post(where, opening(small_edition, start="carry"), follow=True)

    new = Declaration.objects.open().get()
    assert new.statements.unconfirmed().count() == 13
    assert "引き継いだ13件が未確認です" in response.text
    assert "引継ぎの確認" in response.text


def test_next_year_may_begin_empty(editor, members, small_edition):
    fixed = builders.fixed(members, small_edition)
    editor.post(
        address("declaration-create", fixed.service_id), opening(small_edition, start="empty")
    )
    assert not Declaration.objects.open().get().statements.exclude(individual_control="").exists()


def test_a_first_declaration_asks_nothing_about_last_year(editor, members, small_edition):
    service = builders.service_of(members)
    assert 'name="start"' not in editor.get(address("declaration-create", service.pk)).text


def test_without_a_lineage_the_page_says_so_and_keeps_what_was_typed(
    editor, members, small_edition
):
    fixed = builders.fixed(members, small_edition)
    other = editions.second_edition()
    where = address("declaration-create", fixed.service_id)

    assert "新旧対照が公開されていないため引き継げません" in editor.get(where).text
    refused = editor.post(where, opening(other, start="carry"))

    assert refused.status_code == 422
    assert "空の言明から始めることができます" in refused.text
    assert not Declaration.objects.open().exists()


def test_the_wizard_offers_other_editions_with_and_without_a_lineage(
    editor, members, small_edition, second
):
    draft = builders.draft(members, small_edition)
    lone = editions.second_edition("見本-9")
    text = editor.get(address("edition-choose", draft.pk)).text
    assert address("edition-move", draft.pk, second.pk) in text
    assert address("edition-move", draft.pk, lone.pk) not in text
    assert "移行できません" in text


def test_the_wizard_tells_what_it_touches_before_anything_happens(
    editor, members, small_edition, second
):
    draft = builders.complete(members, small_edition)
    text = editor.get(address("edition-move", draft.pk, second.pk)).text

    counts = dict(re.findall(r'data-kind="(\w+)".*?data-count>(\d+)<', text, flags=re.S))
    assert counts == {
        "unchanged": "8", "reworded": "1", "split": "2", "merged": "1", "new": "1", "withdrawn": "1",
    }  # fmt: skip
    assert touched(text, "reworded") == [editions.REWORDED]
    assert touched(text, "withdrawn") == [editions.GONE]
    assert f"いまの記載 {len(builders.TEXT)}字" in text
    assert not Declaration.objects.exclude(pk=draft.pk).exists()


def test_the_wizard_moves_and_lists_what_is_left_to_do(editor, members, small_edition, second):
    draft = builders.complete(members, small_edition)
    response = editor.post(address("edition-move", draft.pk, second.pk), follow=True)

    assert response.status_code == 200
    assert "8件をまとめて確認する" in response.text
    assert touched(response.text, "singly") == [
        editions.SPLIT, editions.SPLIT_OFF, editions.MERGED, editions.REWORDED,
    ]  # fmt: skip
    assert touched(response.text, "new") == [editions.ADDED]
    assert touched(response.text, "withdrawn") == [editions.GONE]
    old = editor.get(address("statement", draft.pk, editions.GONE)).text
    assert builders.TEXT in old
    assert "移行先の言明" in old


def test_a_move_that_is_not_possible_is_a_sentence(editor, members, small_edition, second):
    waiting = builders.waiting(members, small_edition)
    where = address("edition-move", waiting.pk, second.pk)
    for response in (editor.get(where), editor.post(where)):
        assert "差戻しを依頼してから" in response.text
    assert "差戻しを依頼してから" in editor.get(address("edition-choose", waiting.pk)).text


def test_a_declaration_without_carry_over_says_so(editor, members, small_edition):
    draft = builders.draft(members, small_edition)
    assert "引き継いだ項目はありません" in editor.get(address("carried", draft.pk)).text


def test_a_row_shows_what_it_said_and_is_confirmed_from_its_panel(editor, moved):
    where = address("statement", moved.pk, editions.UNCHANGED)
    panel = editor.get(where, headers=SCRIPT).text
    assert "内容を確認しました" in panel
    assert "前回の記載" in panel

    answer = editor.post(
        address("statement-confirm", moved.pk, editions.UNCHANGED), {"version": "1"}, headers=SCRIPT
    )

    assert answer.status_code == 200
    assert "内容を確認しました" not in answer.text
    assert "引継・未確認" not in answer.text
    history = editor.get(address("statement-history", moved.pk, editions.UNCHANGED)).text
    assert "引継ぎの内容を確認" in history


def test_without_a_script_the_page_comes_back(editor, moved):
    response = editor.post(
        address("statement-confirm", moved.pk, editions.UNCHANGED), {"version": "1"}, follow=True
    )
    assert "確認済みにしました" in response.text


@pytest.mark.parametrize(("headers", "status"), [({}, 409), (SCRIPT, 409)])
def test_an_outdated_confirmation_is_told(editor, moved, headers, status):
    where = address("statement-confirm", moved.pk, editions.UNCHANGED)
    response = editor.post(where, {"version": "7"}, headers=headers)
    assert response.status_code == status
    assert "先に更新しました" in response.text


def test_a_changed_control_and_a_merged_text_say_where_they_come_from(editor, moved):
    reworded = editor.get(address("statement", moved.pk, editions.REWORDED)).text
    assert "管理策の変更：内容の変更" in reworded
    merged = editor.get(address("statement", moved.pk, editions.MERGED)).text
    assert merged.count('class="code">4.4.1.') >= 2


def test_bulk_confirmation_shows_the_rows_and_leaves_out_changed_controls(editor, moved):
    where = address("confirm-rows", moved.pk)
    page = editor.get(where).text
    assert re.findall(r'data-singly="([^"]+)"', page) == [
        editions.SPLIT, editions.SPLIT_OFF, editions.MERGED, editions.REWORDED,
    ]  # fmt: skip
    seen = unconfirmed(moved.statements.all()).fingerprint

    response = editor.post(where, {"seen": seen, "confirmed": "on"}, follow=True)

    assert "8件を確認済みにしました" in response.text
    assert moved.statements.unconfirmed().count() == 4
    withdrawn = editor.post(
        address("confirmation-withdraw", moved.pk, moved.batches.get().pk), follow=True
    )
    assert "8件を「引継・未確認」に戻しました" in withdrawn.text
    assert moved.statements.unconfirmed().count() == 12


def test_bulk_confirmation_takes_a_filter(editor, moved):
    where = address("confirm-rows", moved.pk)
    narrowed = moved.statements.filter(control__sort_key__0=6)
    assert (
        f'value="{unconfirmed(narrowed).fingerprint}"' in editor.get(where, {"chapter": "6"}).text
    )
    sent = {"chapter": "6", "seen": unconfirmed(narrowed).fingerprint, "confirmed": "on"}
    editor.post(where, sent)
    assert moved.statements.filter(confirmed_at__isnull=False).count() == 3
    assert moved.batches.get().summary.startswith("6")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"confirmed": "on"}, "どの版を見て"),
        ({"seen": "0" * 64, "confirmed": "on"}, "表示した後に"),
        ({"seen": ""}, "確認の欄に印"),
    ],
)
def test_bulk_confirmation_refuses_what_was_not_seen_or_not_said(editor, moved, sent, sentence):
    response = editor.post(address("confirm-rows", moved.pk), sent)
    assert response.status_code == 422
    assert sentence in response.text
    assert moved.statements.unconfirmed().count() == 12


def test_the_section_marks_and_filters_unconfirmed_rows(editor, moved):
    text = editor.get(address("section", moved.pk, "6.1"), {"show": "unconfirmed"}).text
    assert 'data-filter-count="unconfirmed">2<' in text
    assert text.count("badge--carried") == 2
    assert f"{address('confirm-rows', moved.pk)}?chapter=6.1" in text


def test_the_check_names_unconfirmed_rows(editor, moved):
    text = editor.get(address("preflight", moved.pk)).text
    assert "まだ確認していません" in text


@pytest.mark.parametrize("others", [0, 2])
def test_queries_do_not_grow(editor, members, moved, small_edition, second, others):
    for n in range(others):
        service = builders.service_of(members, name=f"別{n}")
        builders.draft(members, second, service=service, start=date(2025, 4, 1))
    with counted_queries() as seen:
        editor.get(address("carried", moved.pk))
        editor.get(address("confirm-rows", moved.pk))
    assert len(seen) <= 30


def test_a_moved_declaration_names_its_state(editor, moved):
    old = Declaration.objects.exclude(pk=moved.pk).get()
    text = editor.get(old.get_absolute_url()).text
    assert "新しい基準の版へ移行済み" in text


@pytest.mark.full_catalogue
def test_a_full_declaration_is_carried_within_its_budget(
    members, both_editions, django_assert_max_num_queries
):
    fixed = builders.fixed(members, both_editions[1])
    with django_assert_max_num_queries(21):
        create_declaration(
            service_id=fixed.service_id,
            actor=members.editor,
            edition_id=both_editions[1].pk,
            period_start=date(2026, 4, 1),
            period_end=date(2027, 3, 31),
            carry_from=fixed.pk,
        )
