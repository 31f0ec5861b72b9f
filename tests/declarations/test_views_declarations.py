"""Pages of a declaration: opening it, its overview, its body, a new version."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from declarations.enums import DeclarationState
from declarations.models import Declaration
from declarations.services.declaration import edit_declaration
from declarations.services.fixing import hand_back_declaration
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import person
from tests.controls.factories import small_edition as another_edition
from tests.counting import counted_queries
from tests.declarations.builders import (
    BODY,
    complete,
    draft,
    fixed,
    service_of,
    superseded,
    team,
    waiting,
)

pytestmark = pytest.mark.django_db
OUTSIDERS = [
    Role.CSP_EDITOR,
    Role.CSP_APPROVER,
    Role.AUDIT_LEAD,
    Role.AUDIT_MEMBER,
    Role.SYSTEM_ADMIN,
]


def url(name, row):
    return reverse(f"declarations:{name}", args=[row.pk])


def period(edition, start="令和7年4月1日", end="令和8年3月31日"):
    return {"period_start": start, "period_end": end, "edition": str(edition.pk)}


def reached(declaration):
    """The declaration after it was filed and accepted."""
    declaration.reached_secretariat_at = declaration.fixed_at
    declaration.reached_committee_at = declaration.fixed_at
    declaration.save(update_fields=["reached_secretariat_at", "reached_committee_at"])
    return declaration


class TestOpen:
    def test_the_period_that_follows_and_the_newest_edition_are_proposed(
        self, client, small_edition
    ):
        members = team()
        declaration = fixed(members, small_edition)
        client.force_login(members.editor)
        page = client.get(url("declaration-create", declaration.service))

        form = page.context["form"]
        assert form["period_start"].value() == "令和8年4月1日"
        assert form["period_end"].value() == "令和9年3月31日"
        assert form["edition"].value() == str(small_edition.pk)
        assert "3か月以上12か月以内です。［確認済み：" in page.text
        assert "（令和8年3月31日まで）との間を空けることはできません" in page.text

    def test_a_first_declaration_starts_from_an_empty_form(self, client, small_edition):
        members = team()
        client.force_login(members.editor)
        page = client.get(url("declaration-create", service_of(members)))

        assert page.context["form"]["period_start"].value() is None
        assert "間を空けること" not in page.text

    def test_an_open_declaration_is_pointed_to(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        client.force_login(members.editor)
        page = client.get(url("declaration-create", declaration.service))
        assert "作成中の言明があります" in page.text
        assert declaration.get_absolute_url() in page.text

    def test_it_opens_and_shows_the_declaration(self, client, small_edition):
        members = team()
        service = service_of(members)
        client.force_login(members.editor)
        with counted_queries() as queries:
            answer = client.post(
                url("declaration-create", service), period(small_edition, "R7.4.1", "2026/3/31")
            )
        assert len(queries) <= 12
        declaration = Declaration.objects.get()
        assert answer.url == declaration.get_absolute_url()
        assert (declaration.edition, declaration.state) == (small_edition, DeclarationState.DRAFT)

    @pytest.mark.parametrize(
        ("sent", "field", "sentence"),
        [
            ({"period_end": "令和8年4月1日"}, "period_end", "令和8年3月31日までの間に"),
            ({"period_end": "8年3月"}, "period_end", "日付として読めません"),
            ({"period_start": "昭和75年4月1日"}, "period_start", "昭和は"),
            ({"period_start": ""}, "period_start", ""),
            ({"edition": "x"}, "edition", "一覧にあるものから選んで"),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_kept(
        self, client, small_edition, sent, field, sentence
    ):
        members = team()
        client.force_login(members.editor)
        address = url("declaration-create", service_of(members))
        answer = client.post(address, period(small_edition) | sent)

        assert answer.status_code == 422
        (message,) = answer.context["form"].errors[field]
        assert sentence in message
        assert answer.context["form"][field].value() == sent[field]
        assert not Declaration.objects.exists()

    def test_a_double_click_leads_to_one_declaration(self, client, small_edition):
        members = team()
        address = url("declaration-create", service_of(members))
        client.force_login(members.editor)
        answers = [client.post(address, period(small_edition)) for _ in range(2)]

        declaration = Declaration.objects.get()
        assert {answer.url for answer in answers} == {declaration.get_absolute_url()}

    def test_strangers_and_readers(self, client, small_edition):
        declaration = reached(fixed(team(), small_edition))
        address = url("declaration-create", declaration.service)
        client.force_login(person(Role.CSP_EDITOR))
        assert client.post(address, period(small_edition)).status_code == 404
        client.force_login(person(Role.SECRETARIAT))
        assert client.post(address, period(small_edition)).status_code == 403
        assert client.get(address).status_code == 403


class TestOverview:
    @pytest.mark.parametrize("role", OUTSIDERS)
    def test_strangers_find_nothing(self, client, small_edition, role):
        declaration = fixed(team(), small_edition)
        client.force_login(person(role))
        assert client.get(declaration.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.COMMITTEE_MEMBER])
    def test_the_committee_side_reads_what_has_reached_it(self, client, small_edition, role):
        members = team()
        declaration = fixed(members, small_edition)
        client.force_login(person(role))
        assert client.get(declaration.get_absolute_url()).status_code == 404

        page = client.get(reached(declaration).get_absolute_url())
        assert page.status_code == 200
        for what in ("この版を編集した人", "最近の操作", "新しい版を作る", "確定までのタスク"):
            assert what not in page.text

    def test_a_draft_shows_numbers_tasks_and_chapters(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        save_statements(
            declaration_id=declaration.pk,
            actor=members.editor,
            edits=[StatementEdit("9.2.3.2", 1, {"adoption": "adopted"})],
        )
        client.force_login(members.editor)
        page = client.get(declaration.get_absolute_url())

        overview = page.context["overview"]
        assert (overview.total.total, overview.total.undecided, overview.total.incomplete) == (
            13,
            12,
            1,
        )
        assert "13件のうち0件の記入が済みました。未入力は12件、記入不足は1件です。" in page.text
        chapters = [row.number for table in overview.chapter_tables for row in table]
        assert chapters == ["3", "4", "6", "9"]
        assert url("preflight", declaration) in page.text
        assert "9.2.3.2 言明を保存" in page.text
        assert overview.people == [members.editor.name]

    def test_the_reason_of_a_hand_back_stands_on_top(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        hand_back_declaration(
            declaration_id=declaration.pk,
            actor=members.approver,
            reason="9.2.3.2 に頻度を書いてください。",
        )
        client.force_login(members.editor)
        text = client.get(declaration.get_absolute_url()).text
        assert "承認者から差し戻されました" in text
        assert "9.2.3.2 に頻度を書いてください。" in text

    def test_a_fixed_one_shows_hash_approver_and_the_way_on(self, client, small_edition):
        members = team()
        declaration = fixed(members, small_edition)
        client.force_login(members.editor)
        text = client.get(declaration.get_absolute_url()).text

        assert declaration.snapshot_sha256 in text
        assert f"<dd>{members.approver.name}</dd>" in text
        assert url("revise", declaration) in text
        assert url("document-request", declaration) in text
        assert url("declaration-edit", declaration) not in text

    def test_a_superseded_one_points_to_the_newer(self, client, small_edition):
        members = team()
        declaration = superseded(members, small_edition)
        client.force_login(members.editor)
        text = client.get(declaration.get_absolute_url()).text
        assert "新しい版に置き換わっています" in text
        assert url("revise", declaration) not in text

    @pytest.mark.parametrize("rows", [1, 3, 20])
    def test_its_cost_does_not_grow(self, client, django_assert_num_queries, rows):
        members, edition = team(), another_edition()
        for number in range(rows):
            declaration = draft(members, edition, service=service_of(members, name=f"見本{number}"))
        client.force_login(members.editor)

        # session, user, memberships, declaration, chapters, people, acts (2), last hand-back, people who left
        with django_assert_num_queries(10):
            client.get(declaration.get_absolute_url())


class TestBody:
    @pytest.mark.parametrize("role", OUTSIDERS)
    def test_strangers_find_nothing(self, client, small_edition, role):
        declaration = draft(team(), small_edition)
        client.force_login(person(role))
        address = url("declaration-edit", declaration)
        assert client.get(address).status_code == 404
        assert client.post(address, BODY | {"version": 1}).status_code == 404

    def test_readers_are_refused(self, client, small_edition):
        declaration = reached(fixed(team(), small_edition))
        client.force_login(person(Role.SECRETARIAT))
        address = url("declaration-edit", declaration)
        assert client.get(address).status_code == 403
        assert client.post(address, BODY | {"version": 1}).status_code == 403

    def test_it_saves_an_unfinished_body(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        client.force_login(members.editor)
        answer = client.post(
            url("declaration-edit", declaration),
            {"scope": "文書共有の機能。\r\n管理の機能。", "version": 1},
        )
        assert answer.url == declaration.get_absolute_url()
        declaration.refresh_from_db()
        assert declaration.scope == "文書共有の機能。\n管理の機能。"
        assert declaration.signer_name == ""

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"scope": "あ" * 5001}, "5,000字以内"),
            ({"signer_name": "氏名\u202e"}, "並びを逆に見せる記号"),
            ({"signer_title": "改行\nあり"}, "1行で入力"),
            ({"version": ""}, "どの版を見て入力したか"),
        ],
    )
    def test_bad_input_is_told_and_kept(self, client, small_edition, sent, sentence):
        members = team()
        declaration = draft(members, small_edition)
        client.force_login(members.editor)
        sent = {"scope": "文書共有の機能。", "version": 1} | sent
        answer = client.post(url("declaration-edit", declaration), sent)

        assert answer.status_code == 422
        assert sentence in answer.text
        assert answer.context["form"]["scope"].value() == sent["scope"]

    def test_a_conflict_shows_both_texts_and_loses_none(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        edit_declaration(
            declaration_id=declaration.pk,
            actor=members.approver,
            version=1,
            facts={"scope": "相手の範囲", "signer_name": "見本 一郎"},
        )
        client.force_login(members.editor)
        address = url("declaration-edit", declaration)
        sent = {"scope": "自分の範囲", "special_notes": "自分の特記", "version": 1}
        answer = client.post(address, sent)

        assert answer.status_code == 409
        assert "自分の範囲" in answer.text
        assert "相手の範囲" in answer.text
        form = answer.context["form"]
        values = {name: form[name].value() for name in form.fields}
        assert (values["signer_name"], values["special_notes"]) == ("見本 一郎", "自分の特記")
        assert client.post(address, values).status_code == 302
        declaration.refresh_from_db()
        assert (declaration.scope, declaration.signer_name) == ("自分の範囲", "見本 一郎")

    def test_a_conflict_after_a_hand_back_names_only_what_was_edited(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        hand_back_declaration(
            declaration_id=declaration.pk, actor=members.approver, reason="確認してください。"
        )
        client.force_login(members.editor)
        sent = BODY | {"special_notes": "補足", "version": 2}
        answer = client.post(url("declaration-edit", declaration), sent)

        assert answer.status_code == 409
        conflict = answer.context["conflict"]
        assert (conflict.clashes, conflict.taken) == ([], [])
        assert answer.context["form"]["special_notes"].value() == "補足"

    @pytest.mark.parametrize("make", [waiting, fixed, superseded])
    def test_only_a_draft_is_edited(self, client, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        client.force_login(members.editor)
        address = url("declaration-edit", declaration)
        assert client.get(address).url == declaration.get_absolute_url()
        answer = client.post(address, {"scope": "書換え", "version": declaration.row_version})

        assert answer.status_code == 422
        assert "のため編集できません" in answer.text
        assert answer.context["form"]["scope"].value() == "書換え"


class TestRevise:
    def test_it_leads_to_the_new_version(self, client, small_edition):
        members = team()
        old = fixed(members, small_edition)
        client.force_login(members.editor)
        answers = [client.post(url("revise", old)) for _ in range(2)]

        new = Declaration.objects.get(version=2)
        assert {answer.url for answer in answers} == {new.get_absolute_url()}

    def test_a_draft_has_no_new_version(self, client, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        client.force_login(members.editor)
        answer = client.post(url("revise", declaration))
        assert answer.status_code == 422
        assert "確定した最新の版から作ります" in answer.text

    def test_strangers_and_readers(self, client, small_edition):
        declaration = reached(fixed(team(), small_edition))
        client.force_login(person(Role.CSP_EDITOR))
        assert client.post(url("revise", declaration)).status_code == 404
        client.force_login(person(Role.SECRETARIAT))
        assert client.post(url("revise", declaration)).status_code == 403
        assert client.get(url("revise", declaration)).status_code == 405
