"""Pages of the catalogue."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.enums import Role
from controls.enums import EditionState
from controls.models import CatalogueEdition
from controls.services.comparison import confirm_comparison, propose_comparison
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, load_text, small_edition
from tests.controls.workbooks import applied_import

pytestmark = pytest.mark.django_db

NOTICE = (
    "番号は公開資料から編集したもので、公式の管理基準（Excel）とは照合していません。"
    "詳細管理策の件数は読み込んだ件数です。確度：未確認。"
    "欠番の疑い：9.2.3.1、8.3.1.6、8.3.1.8、18.2.1.1、18.2.1.2"
)


def text_of(response) -> str:
    """What the page says, without tags and line breaks."""
    return "".join(strip_tags(response.content.decode()).split())


def page(client, name: str, *args, role=Role.CSP_EDITOR, query: str = ""):
    client.force_login(person(role))
    return client.get(reverse(f"controls:{name}", args=args) + query)


def test_editions_are_listed_with_their_loaded_counts_and_the_notice(client, small_edition):
    response = page(client, "editions")

    assert NOTICE in text_of(response)
    assert "13件4件" in text_of(response)


def mark_compared(edition) -> None:
    applied_import(edition)
    propose_comparison(edition_id=edition.pk, actor=person(Role.SECRETARIAT))
    edition.refresh_from_db()
    confirm_comparison(
        edition_id=edition.pk,
        seen_sha256=edition.compared_sha256,
        actor=person(Role.COMMITTEE_MEMBER),
    )


def test_notice_goes_away_for_a_compared_edition(client, small_edition):
    mark_compared(small_edition)

    for name in ("editions", "edition"):
        args = [small_edition.pk] if name == "edition" else []
        assert "照合していません" not in text_of(page(client, name, *args))


def test_gap_that_an_edition_has_is_not_called_doubtful(client):
    text = SMALL_CATALOGUE + "9.2.3.1,detail,control_measure,,,,,2022-04\n"
    edition = load_text(text, code="見本-2")

    said = text_of(page(client, "edition", edition.pk, role=Role.SECRETARIAT))

    assert "欠番の疑い：8.3.1.6、8.3.1.8" in said


@pytest.mark.parametrize("name", ["edition", "publish_edition"])
@pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.CSP_APPROVER, Role.AUDIT_LEAD])
def test_draft_is_hidden_from_those_outside(client, name, role):
    draft = load_text(SMALL_CATALOGUE, code="見本-1")

    assert page(client, name, draft.pk, role=role).status_code == 404
    control = draft.controls.first()
    assert page(client, "control", control.pk, role=role).status_code == 404
    assert page(client, "chapter", draft.pk, 9, role=role).status_code == 404


def test_chapter_shows_titles_badges_and_the_source_of_the_areas(client, small_edition):
    response = page(client, "chapter", small_edition.pk, 9)
    said = text_of(response)

    assert "9.2.3.11.PB特権的アクセス権の管理（統制目標の見出し）PB（基本言明要件）" in said
    assert "9.2.3特権的アクセス権の管理重点領域：アクセス管理" in said
    assert "出典：当プロダクトの判断（未確認）" in said
    assert said.index("9.2.3.2") < said.index("9.2.3.10")


def test_chapter_of_an_always_audited_standard_says_so(client, small_edition):
    assert "毎回のISMAP-LIUの外部監査の対象" in text_of(
        page(client, "chapter", small_edition.pk, 3)
    )
    assert "毎回のISMAP-LIUの外部監査の対象" not in text_of(
        page(client, "chapter", small_edition.pk, 9)
    )


@pytest.mark.parametrize("number", [5, 0, 99_999, 10**12])
def test_chapter_that_the_edition_has_not_is_not_found(client, small_edition, number):
    assert page(client, "chapter", small_edition.pk, number).status_code == 404


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("9.2.3.1", []),
        ("9.2.3", ["9.2.3", "9.2.3.2", "9.2.3.10", "9.2.3.11.PB"]),
        ("Ａ．９．４．２．", ["9.4.2", "9.4.2.2.B", "9.4.2.3.P"]),
        ("ｐｂ", ["6.1.1.13.PB", "6.3.1.1.PB", "9.2.3.11.PB"]),
        ("クラウド　利用者", ["6.3.P"]),
        ("99999.1", []),
        ("%", []),
        ("\\", []),
    ],
)
def test_search_finds_numbers_and_words_of_any_width(client, small_edition, query, numbers):
    client.force_login(person(Role.CSP_EDITOR))

    response = client.get(small_edition.get_absolute_url(), {"q": query})

    assert [line.number for line in response.context["lines"]] == numbers


@pytest.mark.parametrize("query", ["\x00", "x" * 101, "\u202e"])
def test_search_text_that_cannot_be_read_gets_a_sentence(client, small_edition, query):
    client.force_login(person(Role.CSP_EDITOR))

    response = client.get(small_edition.get_absolute_url(), {"q": query})

    assert response.status_code == 200
    assert response.context["form"].errors


def test_control_shows_place_area_and_other_editions(client, small_edition):
    other = small_edition_of("見本-2")
    control = small_edition.controls.get(number="9.2.3.11.PB")

    said = text_of(page(client, "control", control.pk))

    assert "99アクセス制御" not in said
    assert "9.2.3特権的アクセス権の管理" in said
    assert "アクセス管理（統制目標による）出典：当プロダクトの判断（未確認）" in said
    assert other.name.replace(" ", "") in said


def test_control_does_not_name_a_draft_to_those_outside(client, small_edition):
    draft = load_text(SMALL_CATALOGUE, code="見本-下書き")
    control = small_edition.controls.get(number="9.2.3")

    assert draft.name not in page(client, "control", control.pk).content.decode()
    assert draft.name in page(client, "control", control.pk, role=Role.SECRETARIAT).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SECRETARIAT, 403), (Role.SYSTEM_ADMIN, 403), (Role.COMMITTEE_MEMBER, 200)],
)
def test_publish_page_is_for_committee_members(client, role, status):
    draft = load_text(SMALL_CATALOGUE, code="見本-1")

    assert page(client, "publish_edition", draft.pk, role=role).status_code == status
    response = client.post(reverse("controls:publish_edition", args=[draft.pk]))
    assert response.status_code in (status, 409)
    draft.refresh_from_db()
    assert draft.state == EditionState.DRAFT


def test_publish_shows_the_difference_and_publishes_what_was_seen(client, small_edition):
    CatalogueEdition.objects.filter(pk=small_edition.pk)
    draft = load_text(SMALL_CATALOGUE.replace("組織,,,2022", "組織体制,,,2022"), code="見本-2")
    draft.in_force_from = draft.in_force_from.replace(year=2026)
    draft.save()

    response = page(client, "publish_edition", draft.pk, role=Role.COMMITTEE_MEMBER)
    assert "見出し：組織→組織体制" in text_of(response)
    url = reverse("controls:publish_edition", args=[draft.pk])
    answer = client.post(url, {"seen": draft.source_sha256})

    assert answer.url == draft.get_absolute_url()
    assert client.post(url, {"seen": draft.source_sha256}).status_code == 422


def test_publish_of_a_draft_loaded_anew_is_a_conflict(client):
    draft = load_text(SMALL_CATALOGUE, code="見本-1")
    client.force_login(person(Role.COMMITTEE_MEMBER))

    response = client.post(reverse("controls:publish_edition", args=[draft.pk]), {"seen": "0" * 64})

    assert response.status_code == 409
    assert "読み込み直されました" in text_of(response)


def small_edition_of(code: str) -> CatalogueEdition:
    return small_edition(code)


# Session, person, memberships, and then what the page needs.
@pytest.mark.parametrize(
    ("name", "queries"), [("editions", 5), ("edition", 7), ("chapter", 10), ("control", 12)]
)
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_editions(
    client, small_edition, django_assert_num_queries, name, queries, count
):
    for number in range(1, count):
        small_edition_of(f"見本-{number + 1}")
    args = {
        "edition": [small_edition.pk],
        "chapter": [small_edition.pk, 9],
        "control": [small_edition.controls.get(number="9.2.3").pk],
    }
    client.force_login(person(Role.CSP_EDITOR))

    with django_assert_num_queries(queries):
        client.get(reverse(f"controls:{name}", args=args.get(name, [])))


@pytest.mark.full_catalogue
def test_chapter_of_165_details_needs_as_many_queries_as_a_small_one(
    client, both_editions, django_assert_num_queries
):
    client.force_login(person(Role.CSP_EDITOR))

    with django_assert_num_queries(10):
        client.get(reverse("controls:chapter", args=[both_editions[1].pk, 12]))
