"""Pages of the editor: chapter, section, objective; who sees them and what they offer."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.enums import Role
from declarations.models import ObjectiveExclusion
from declarations.services.exclusions import exclude_objective
from tests.accounts.factories import person
from tests.declarations import builders

FREE, OBJECTIVE = "9.2.3.2", "9.2.3"
PAGES = [("chapter", "9"), ("section", "9.2"), ("statement", FREE), ("exclusion", OBJECTIVE)]


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


def address(name, declaration, what):
    return reverse(f"declarations:{name}", args=[declaration.pk, what])


def rows_shown(response):
    found = re.findall(r'<li class="control"[^>]*data-row="([^"]+)"[^>]*>', response.text)
    hidden = re.findall(r'data-row="([^"]+)"[^>]* hidden>', response.text)
    return [number for number in found if number not in hidden]


@pytest.mark.parametrize(("name", "what"), PAGES)
def test_provider_sees_the_pages_of_its_draft(editor, draft, name, what):
    response = editor.get(address(name, draft, what))

    assert response.status_code == 200
    assert "作成中" in response.text or name == "exclusion"


@pytest.mark.parametrize(("name", "what"), [*PAGES, ("statement-history", FREE)])
@pytest.mark.parametrize("role", list(Role))
def test_strangers_do_not_learn_that_a_draft_exists(client, draft, role, name, what):
    client.force_login(person(role))

    assert client.get(address(name, draft, what)).status_code == 404


@pytest.mark.parametrize(("name", "what"), PAGES)
def test_somebody_unknown_is_asked_to_sign_in(client, draft, name, what):
    response = client.get(address(name, draft, what))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("name", "what"),
    [("chapter", 99), ("chapter", 10**30), ("section", "9.9"), ("section", "9.2.3"),
     ("statement", "9.2.3.9"), ("statement", "9.2.3"), ("exclusion", "9.9.9"), ("exclusion", FREE)],
)  # fmt: skip
def test_what_the_declaration_does_not_have_is_not_found(editor, draft, name, what):
    assert editor.get(address(name, draft, what)).status_code == 404


@pytest.mark.parametrize(
    "tail", ["sections/9.2%00/", "statements/%ED%A0%80/", "statements/9.2.3.x/"]
)
def test_address_that_is_no_number_is_not_found(editor, draft, tail):
    assert editor.get(f"/app/declarations/{draft.pk}/{tail}").status_code == 404


def test_random_declaration_looks_like_a_foreign_one(editor, members, small_edition):
    other = builders.draft(builders.team(name="別の見本組織"), small_edition)

    answers = [
        editor.get(reverse("declarations:section", args=[pk, "9.2"]))
        for pk in (other.pk, uuid.uuid4())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_section_offers_choices_exclusion_and_saving(editor, draft):
    text = editor.get(address("section", draft, "9.2")).text

    assert text.count("<select") == 3
    assert text.count('value="not_selected"') == 2
    assert "統制目標を除外…" in text
    assert "保存済み" in text


def test_governance_offers_neither_exclusion_nor_leaving_out(editor, draft):
    text = editor.get(address("section", draft, "3.1")).text

    assert "統制目標を除外…" not in text
    assert 'value="not_selected"' not in text
    assert 'value="adopted"' in text


@pytest.mark.parametrize(
    ("show", "numbers"),
    [
        ("", [FREE, "9.2.3.10", "9.2.3.11.PB"]),
        ("undecided", [FREE, "9.2.3.10", "9.2.3.11.PB"]),
        ("incomplete", []),
        ("liu", [FREE, "9.2.3.10", "9.2.3.11.PB"]),
        ("nonsense", [FREE, "9.2.3.10", "9.2.3.11.PB"]),
    ],
)
def test_filter_works_by_address(editor, draft, show, numbers):
    assert rows_shown(editor.get(address("section", draft, "9.2"), {"show": show})) == numbers


@pytest.mark.parametrize("part", ["2", "0", "-1", "x", "９", "9" * 40, ""])
def test_part_that_does_not_exist_shows_the_nearest(editor, draft, part):
    response = editor.get(address("section", draft, "9.2"), {"part": part})

    assert len(rows_shown(response)) == 3


@pytest.mark.parametrize("state", ["waiting", "fixed", "superseded"])
def test_what_is_no_draft_is_for_reading(editor, members, small_edition, state):
    declaration = getattr(builders, state)(members, small_edition)

    section = editor.get(address("section", declaration, "9.2")).text
    panel = editor.get(address("statement", declaration, FREE)).text

    assert "<select" not in section
    assert "採用する" in section
    assert "<textarea" not in panel
    assert builders.TEXT in panel
    assert "統制目標を除外…" not in section


def test_secretariat_reads_what_was_filed_but_neither_files_nor_history(client, filed):
    declaration = filed.application.declaration
    client.force_login(filed.secretary)

    assert client.get(address("section", declaration, "9.2")).status_code == 200
    assert client.get(address("statement", declaration, FREE)).status_code == 200
    assert client.get(address("statement-history", declaration, FREE)).status_code == 403
    assert client.post(address("statement", declaration, FREE), {}).status_code == 403
    assert client.post(address("evidence-add", declaration, FREE), {}).status_code == 403
    assert client.post(address("exclusion", declaration, OBJECTIVE), {}).status_code == 403
    assert client.post(address("exclusion-end", declaration, OBJECTIVE)).status_code == 403


def test_chapter_leads_to_the_first_section_that_is_not_done(editor, draft, members):
    text = editor.get(address("chapter", draft, 9)).text
    assert "9.2 から続ける" in text

    builders.answer(draft, members.editor)
    text = editor.get(address("chapter", draft, 9)).text
    assert "から続ける" not in text
    assert "完了" in text


def test_excluded_objective_shows_no_choice_and_the_way_back(editor, draft, members):
    exclude_objective(
        declaration_id=draft.pk, actor=members.editor, number=OBJECTIVE, reason="理由", version=0
    )

    text = editor.get(address("section", draft, "9.2")).text

    assert "<select" not in text
    assert text.count("統制目標を除外</span>") == 3
    assert "除外の理由を見る・取り消す" in text


def test_excluding_and_taking_back_on_the_page_of_the_objective(editor, draft):
    page = address("exclusion", draft, OBJECTIVE)
    assert "9.2.3.11.PB" in editor.get(page).text

    done = editor.post(page, {"version": "0", "reason": "特権を提供しないため。"})
    assert done.status_code == 302
    assert done.headers["Location"].endswith(f"?at={FREE}#o-{OBJECTIVE}")
    assert "特権を提供しないため。" in editor.get(page).text

    back = editor.post(address("exclusion-end", draft, OBJECTIVE))
    assert back.status_code == 302
    assert not ObjectiveExclusion.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"version": "0", "reason": ""},
        {"version": "0", "reason": "あ" * 2_001},
        {"version": "0", "reason": "a\x00b"},
        {"version": "x", "reason": "理由"},
        {"reason": "理由"},
    ],
)
def test_bad_reason_is_refused_with_a_sentence_and_kept(editor, draft, sent):
    response = editor.post(address("exclusion", draft, OBJECTIVE), sent)

    assert response.status_code == 422
    assert "data-error-summary" in response.text
    assert not ObjectiveExclusion.objects.exists()


def test_stale_reason_answers_409_and_shows_both(editor, draft, members):
    exclude_objective(
        declaration_id=draft.pk,
        actor=members.approver,
        number=OBJECTIVE,
        reason="先の理由",
        version=0,
    )

    response = editor.post(
        address("exclusion", draft, OBJECTIVE), {"version": "0", "reason": "後の理由"}
    )

    assert response.status_code == 409
    assert "先の理由" in response.text
    assert "後の理由" in response.text
    assert 'name="version" value="1"' in response.text
    assert ObjectiveExclusion.objects.get().reason == "先の理由"
