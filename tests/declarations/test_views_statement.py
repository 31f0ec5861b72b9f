"""Saving one row over HTTP: with the script (fragments) and without it (pages)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from declarations.models import Statement
from declarations.services.statements import StatementEdit, save_statements
from tests.declarations import builders

FREE, BASIC = "9.2.3.2", "9.2.3.11.PB"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def address(declaration, number=FREE, name="statement"):
    return reverse(f"declarations:{name}", args=[declaration.pk, number])


def post(client, declaration, number=FREE, *, headers=SCRIPT, **sent):
    return client.post(address(declaration, number), sent, headers=headers)


def stored(declaration, number=FREE):
    return Statement.objects.get(declaration=declaration, control__number=number)


def save(declaration, actor, number=FREE, version=1, **changes):
    save_statements(
        declaration_id=declaration.pk, actor=actor, edits=[StatementEdit(number, version, changes)]
    )


def test_panel_is_a_fragment_for_the_script_and_a_page_without(editor, draft):
    fragment = editor.get(address(draft), headers=SCRIPT)
    page = editor.get(address(draft))

    assert fragment.status_code == page.status_code == 200
    assert "<html" not in fragment.text
    assert f'data-row="{FREE}"' in fragment.text
    assert 'name="individual_control"' in fragment.text
    assert "<html" in page.text
    assert 'name="adoption"' in page.text
    assert "9.2.3.10" in page.text


def test_save_answers_the_row_as_it_is_now(editor, draft, members):
    response = post(editor, draft, version=1, adoption="adopted", individual_control="本文")

    assert response.status_code == 200
    assert 'data-version="2"' in response.text
    assert 'data-state="complete"' in response.text
    assert members.editor.name in response.text
    assert (stored(draft).adoption, stored(draft).individual_control) == ("adopted", "本文")


def test_only_the_fields_that_were_sent_are_saved(editor, draft, members):
    save(draft, members.editor, reason="残る理由")

    post(editor, draft, version=2, inherited_note="基盤")

    after = stored(draft)
    assert (after.reason, after.inherited_note, after.adoption) == ("残る理由", "基盤", "undecided")


def test_without_a_script_a_save_leads_back_to_the_page(editor, draft):
    response = post(editor, draft, headers={}, version=1, adoption="adopted")

    assert response.status_code == 302
    page = editor.get(response.headers["Location"])
    assert "保存しました" in page.text


def test_double_click_has_one_effect(editor, draft):
    for _again in range(2):
        assert post(editor, draft, version=1, adoption="adopted").status_code == 200

    assert (stored(draft).row_version, stored(draft).history.count()) == (2, 1)


@pytest.mark.parametrize("headers", [SCRIPT, {}])
def test_stale_version_answers_409_with_both_texts_and_three_ways(editor, draft, members, headers):
    save(draft, members.approver, individual_control="相手の文")

    response = post(editor, draft, headers=headers, version=1, individual_control="自分の文")

    assert response.status_code == 409
    for shown in ("自分の文", "相手の文", members.approver.name, "自分の入力で上書き",
                  "相手の入力を採る", "見比べて編集"):  # fmt: skip
        assert shown in re.sub(r"</?mark>", "", response.text)
    assert 'data-version="2"' in response.text
    assert stored(draft).individual_control == "相手の文"


def test_conflict_on_a_page_offers_the_new_version_with_the_own_text(editor, draft, members):
    save(draft, members.approver, individual_control="相手の文", inherited_note="相手の基盤")
    page = post(editor, draft, headers={}, version=1, individual_control="自分の文").text

    assert re.search(r'<input type="hidden" name="version" value="2"', page)
    assert re.search(r"<textarea[^>]*>\s*自分の文</textarea>", page)
    assert "相手の基盤" in page

    ways = {"version": 2, "individual_control": "自分の文"}
    compared = post(editor, draft, headers={}, conflict="edit", **ways)
    assert compared.status_code == 200
    assert "いま保存されている内容" in compared.text
    assert stored(draft).individual_control == "相手の文"
    taken = post(editor, draft, headers={}, conflict="take_theirs", **ways)
    assert taken.status_code == 302
    assert stored(draft).individual_control == "相手の文"
    kept = post(editor, draft, headers={}, conflict="keep_mine", **ways)
    assert kept.status_code == 302
    assert stored(draft).individual_control == "自分の文"


BAD = [
    ({"version": 1, "inherited_note": "長" * 1_001}, "1,000字以内"),
    ({"version": 1, "individual_control": "長" * 10_001}, "10,000字以内"),
    ({"version": 1, "reason": "長" * 2_001}, "2,000字以内"),
    ({"version": 1, "individual_control": "a\x00b"}, "U+0000"),
    ({"version": 1, "individual_control": "gpj.\u202eexe"}, "U+202E"),
    ({"version": 1, "base_service": "x"}, "一覧にあるものから選んで"),
    ({"version": 1, "base_service": "0" * 32}, "一覧にあるものから選んで"),
    ({"version": 1, "adoption": "maybe"}, "一覧にあるものから選んで"),
    ({"version": 1, "adoption": ""}, "1つ選んで"),
    ({"individual_control": "本文"}, "画面を読み直して"),
    ({"version": "x", "individual_control": "本文"}, "画面を読み直して"),
    ({"version": 1, "individual_control": ["甲", "乙"]}, "2回送られました"),
    ({"version": [1, 1], "individual_control": "甲"}, "2回送られました"),
]


@pytest.mark.parametrize(("sent", "sentence"), BAD)
def test_bad_input_is_refused_at_its_field_and_nothing_is_saved(editor, draft, sent, sentence):
    response = post(editor, draft, **sent)

    assert response.status_code == 422
    assert sentence in response.text
    name = next((n for n in sent if n != "version" and "読み直し" not in sentence), "version")
    broken = "version" if sent.get("version") == [1, 1] else name
    assert f'data-error="{broken}"' in response.text
    assert stored(draft).row_version == 1


@pytest.mark.parametrize(("sent", "sentence"), BAD)
def test_page_keeps_what_was_typed(editor, draft, members, sent, sentence):
    save(draft, members.editor, number="9.2.3.10", individual_control="ほかの行")
    response = post(editor, draft, headers={}, **sent)

    assert response.status_code == 422
    assert sentence in response.text
    typed = sent.get("individual_control")
    if isinstance(typed, str) and typed.isprintable():
        assert typed in response.text
    assert 'name="reason"' in response.text


def test_lone_surrogate_in_the_raw_request_is_refused(editor, draft):
    response = editor.generic(
        "POST",
        address(draft),
        b"version=1&individual_control=a%ED%A0%80b",
        content_type="application/x-www-form-urlencoded",
        headers=SCRIPT,
    )

    assert response.status_code == 422
    assert "U+FFFD" in response.text


def test_a_version_that_no_row_can_have_is_refused_with_a_sentence(editor, draft):
    response = post(editor, draft, version=2**70, adoption="adopted")

    assert response.status_code == 422
    assert "どの版を見て入力したか" in response.text


def test_what_must_be_adopted_is_refused_at_the_choice(editor, draft):
    response = post(editor, draft, BASIC, version=1, adoption="not_selected")

    assert response.status_code == 422
    assert 'data-error="adoption"' in response.text
    assert "基本言明要件" in response.text


@pytest.mark.parametrize("state", ["waiting", "fixed"])
def test_what_is_no_draft_is_refused_with_a_sentence(editor, members, small_edition, state):
    declaration = getattr(builders, state)(members, small_edition)

    response = post(editor, declaration, version=2, adoption="undecided")

    assert response.status_code == 422
    assert "編集できません" in response.text


def test_unknown_number_is_not_found(editor, draft):
    assert post(editor, draft, "9.9.9.9", version=1, adoption="adopted").status_code == 404


def test_provider_with_another_name_cannot_save(client, draft):
    client.force_login(builders.team(name="別の見本組織").editor)

    assert post(client, draft, version=1, adoption="adopted").status_code == 404


def test_request_without_token_is_refused(members, draft):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(members.editor)

    assert post(careful, draft, version=1, adoption="adopted").status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(editor, draft, method):
    assert getattr(editor, method)(address(draft)).status_code == 405


def test_history_shows_before_and_after_newest_first_and_is_paged(editor, draft, members):
    for version in range(1, 23):
        save(
            draft, members.editor, version=version, individual_control=f"月次で{version}回点検する"
        )
    first = editor.get(address(draft, name="statement-history"), headers=SCRIPT).text
    second = editor.get(address(draft, name="statement-history"), {"page": "2"}).text

    assert first.count("history__line") == 20
    assert re.search(r"<del>.*?21</del><ins>.*?22</ins>", first)
    assert "もっと前の変更" in first
    assert "<html" in second
    assert "月次で1回点検する" in second


@pytest.mark.parametrize("page", ["0", "x", "-1", "9" * 40])
def test_history_page_that_does_not_exist_shows_the_nearest(editor, draft, page):
    response = editor.get(address(draft, name="statement-history"), {"page": page})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img onerror=x>',
        "{{7*7}}{% load x %}",
        "𠮷野家 髙﨑",
        "a\u2028b",
    ],
)
def test_text_is_shown_as_it_was_typed(editor, draft, text):
    post(editor, draft, version=1, individual_control=text)

    assert stored(draft).individual_control == text
    for headers in (SCRIPT, {}):
        shown = editor.get(address(draft), headers=headers).text
        assert "<script>alert" not in shown
        assert "<img onerror" not in shown
