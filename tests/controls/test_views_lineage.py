"""Pages of the lineages."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from controls.enums import EditionState, Relation
from controls.models import Lineage
from controls.services.lineage import publish_lineage
from tests.accounts.factories import person
from tests.controls.factories import both_editions, small_edition
from tests.controls.lineages import ADDED, GONE, next_edition, small_lineage, text_of
from tests.controls.test_views_catalogue import text_of as said
from tests.counting import counted_queries

pytestmark = pytest.mark.django_db


def url(name: str, *args, query: str = "") -> str:
    return reverse(f"controls:{name}", args=args) + query


@pytest.fixture
def lineage():
    return small_lineage()


@pytest.fixture
def secretariat(client):
    client.force_login(person(Role.SECRETARIAT))
    return client


def published(lineage: Lineage) -> Lineage:
    return publish_lineage(lineage_id=lineage.pk, version=1, actor=person(Role.COMMITTEE_MEMBER))


def test_empty_list_says_what_to_do_next(secretariat, client):
    assert "新旧対照を作成する" in said(secretariat.get(url("lineages")))
    client.force_login(person(Role.CSP_EDITOR))
    assert "事務局が作成し" in said(client.get(url("lineages")))


def test_secretariat_proposes_and_sees_what_changed(secretariat):
    old, new = small_edition(), next_edition()

    response = secretariat.post(url("lineage-propose"), {"old": old.pk, "new": new.pk}, follow=True)

    page = said(response)
    assert GONE in page
    assert ADDED in page
    assert "9.4.2.3.P" not in page


def test_proposal_without_editions_or_backwards_is_told_on_the_page(secretariat):
    edition = small_edition()
    response = secretariat.post(url("lineage-propose"), {})
    assert (response.status_code, "選んでください" in said(response)) == (422, True)
    response = secretariat.post(url("lineage-propose"), {"old": edition.pk, "new": edition.pk})
    assert (response.status_code, "元の版より後" in said(response)) == (422, True)


def test_lines_are_filtered_by_relation_and_number(secretariat, lineage):
    def page(query):
        return said(secretariat.get(url("lineage", lineage.pk, query=query)))

    assert ADDED not in page("?relation=withdrawn")
    assert "9.4.2.3.P" in page("?relation=all")
    assert "9.4.2.3.P" in page("?relation=all&q=Ａ.9.4")
    assert "当てはまる行はありません" in page("?relation=new&q=9.4")


def test_line_is_corrected_with_numbers_as_people_write_them(secretariat, lineage):
    line = lineage.lines.get(new__number=ADDED)
    response = secretariat.post(
        url("lineage-line", lineage.pk, line.pk),
        {"old": f"A.{GONE}", "new": ADDED, "relation": "moved", "note": "見本", "version": 1},
    )
    assert response.status_code == 302
    line.refresh_from_db()
    assert (line.old.number, line.relation, line.note) == (GONE, "moved", "見本")


def test_refused_line_keeps_what_was_typed(secretariat, lineage):
    line = lineage.lines.get(new__number=ADDED)
    address = url("lineage-line", lineage.pk, line.pk)
    typed = {"old": "9.9.9.9", "new": ADDED, "relation": "moved", "note": "説明文", "version": 1}

    response = secretariat.post(address, typed)
    assert response.status_code == 422
    assert "番号9.9.9.9の統制目標・詳細管理策はありません" in said(response)
    assert "説明文" in response.content.decode()

    response = secretariat.post(address, typed | {"old": "", "relation": "moved"})
    assert (response.status_code, "同じ階層の番号を1つずつ" in said(response)) == (422, True)


def test_overtaken_correction_is_a_conflict_that_shows_both(secretariat, lineage):
    line = lineage.lines.get(new__number="9.2.3.10")
    address = url("lineage-line", lineage.pk, line.pk)
    typed = {"old": "9.2.3.10", "new": "9.2.3.10", "relation": "reworded", "version": 1}
    secretariat.post(address, typed | {"note": "先の説明"})

    response = secretariat.post(address, typed | {"note": "後の説明"})

    assert response.status_code == 409
    page = response.content.decode()
    assert "先の説明" in page
    assert "後の説明" in page
    assert 'name="version" value="2"' in page
    assert secretariat.post(address, typed | {"note": "後の説明", "version": 2}).status_code == 302


def test_removed_line_is_missed_and_can_be_added_again(secretariat, lineage):
    line = lineage.lines.get(old__number=GONE)
    secretariat.post(url("lineage-line-remove", lineage.pk, line.pk), {"version": 1})

    page = secretariat.get(url("lineage", lineage.pk)).content.decode()
    add = url("lineage-line-add", lineage.pk)
    assert f"{add}?old={GONE}" in page
    assert f'value="{GONE}"' in secretariat.get(f"{add}?old={GONE}").content.decode()
    secretariat.post(add, {"old": GONE, "new": "", "relation": "withdrawn", "version": 2})
    assert lineage.lines.filter(old__number=GONE, relation=Relation.WITHDRAWN).exists()


def test_line_page_shows_how_the_texts_differ(secretariat, lineage):
    line = lineage.lines.get(new__number="9.2.3.10")
    text_of(line.old, "見本の文。")
    text_of(line.new, "見本の新しい文。")
    page = secretariat.get(url("lineage-line", lineage.pk, line.pk)).content.decode()
    assert "新しい</ins>" in page


def test_member_publishes_and_everybody_reads_it(client, lineage):
    client.force_login(person(Role.COMMITTEE_MEMBER))
    address = url("lineage-publish", lineage.pk)
    assert client.post(address, {"version": 7}).status_code == 409
    assert client.post(address, {"version": "x"}).status_code == 409
    assert client.post(address, {"version": 1}).status_code == 302
    assert client.post(address, {"version": 1}).status_code == 422

    lineage.refresh_from_db()
    assert lineage.state == EditionState.PUBLISHED
    client.force_login(person(Role.CSP_EDITOR))
    page = said(client.get(url("lineage", lineage.pk)))
    assert GONE in page
    assert "訂正する" not in page


def test_draft_is_not_there_for_those_outside(client, lineage):
    client.force_login(person(Role.CSP_EDITOR))
    assert client.get(url("lineage", lineage.pk)).status_code == 404
    control = lineage.old_edition.controls.get(number=GONE)
    assert "廃止" not in said(client.get(url("control", control.pk)))


def test_control_shows_its_neighbour_in_the_other_edition(client, lineage):
    published(lineage)
    client.force_login(person(Role.CSP_EDITOR))
    new, old = lineage.new_edition.controls, lineage.old_edition.controls
    assert "見本の管理基準見本-2：9.2.3.10（変更なし）" in said(
        client.get(url("control", old.get(number="9.2.3.10").pk))
    )
    assert "元の版にはありません（新設）" in said(
        client.get(url("control", new.get(number=ADDED).pk))
    )
    assert "この版にはありません（廃止）" in said(
        client.get(url("control", old.get(number=GONE).pk))
    )


@pytest.mark.full_catalogue
def test_shipped_lineage_shows_eight_changes_and_a_page_of_all_stays_small(client):
    both_editions()
    lineage = Lineage.objects.get()
    client.force_login(person(Role.CSP_EDITOR))
    address = url("lineage", lineage.pk)
    client.get(address)

    with counted_queries() as changed:
        page = client.get(address)
    assert said(page).count("例示の追加") == 4
    with counted_queries() as every:
        page = client.get(f"{address}?relation=all")

    assert len(changed) == len(every) == 7
    assert page.content.count(b"<") / 2 < 2000
    assert len(page.content) < 100_000
