"""The pre-flight page, the request for approval, hand-back, approval."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from declarations.enums import DeclarationState
from declarations.models import Declaration
from declarations.selectors.checks import SHOWN
from declarations.services.declaration import revise_declaration
from declarations.services.exclusions import exclude_objective
from declarations.services.fixing import submit_declaration
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import MembershipFactory, UserFactory, person
from tests.counting import counted_queries
from tests.declarations.builders import (
    TEXT,
    answer,
    complete,
    draft,
    fixed,
    inherit,
    listed,
    superseded,
    team,
    waiting,
)

pytestmark = pytest.mark.django_db
OUTSIDERS = [
    Role.CSP_EDITOR,
    Role.CSP_APPROVER,
    Role.AUDIT_LEAD,
    Role.SECRETARIAT,
    Role.COMMITTEE_MEMBER,
    Role.SYSTEM_ADMIN,
]


def url(name, declaration):
    return reverse(f"declarations:{name}", args=[declaration.pk])


def fix_form(declaration, **changed):
    return {"version": declaration.row_version, "confirmed": "on"} | changed


def reader_of(declaration, role=Role.SECRETARIAT):
    """Somebody who sees the declaration and may do nothing with it."""
    declaration.reached_secretariat_at = declaration.fixed_at
    declaration.save(update_fields=["reached_secretariat_at"])
    return person(role)


class TestPreflight:
    @pytest.mark.parametrize("role", OUTSIDERS)
    def test_strangers_find_nothing(self, client, small_edition, role):
        declaration = draft(team(), small_edition)
        client.force_login(person(role))
        assert client.get(url("preflight", declaration)).status_code == 404
        assert client.post(url("submit", declaration)).status_code == 404

    def test_readers_are_refused(self, client, small_edition):
        declaration = fixed(team(), small_edition)
        client.force_login(reader_of(declaration))
        assert client.get(url("preflight", declaration)).status_code == 403
        assert client.post(url("submit", declaration)).status_code == 403

    def test_messages_lead_to_where_they_are_mended(self, client, small_edition):
        members = team(profile="")
        declaration = draft(members, small_edition)
        client.force_login(members.editor)
        page = client.get(url("preflight", declaration))

        assert "エラー 17件、注意 1件" not in page.text
        assert "エラー 17件、注意 0件" in page.text
        section = reverse("declarations:section", args=[declaration.pk, "9.2"])
        assert f'href="{section}?at=9.2.3.11.PB#c-9.2.3.11.PB"' in page.text
        assert url("declaration-edit", declaration) in page.text
        assert members.organisation.get_absolute_url() in page.text
        assert url("submit", declaration) not in page.text

    def test_what_is_mended_alike_is_said_once(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        client.force_login(members.editor)
        groups = client.get(url("preflight", declaration)).context["result"].groups

        undecided = next(group for group in groups if group.key == "undecided")
        assert [(part.count, len(part.lines)) for part in undecided.parts] == [
            (5, 5),
            (4, 4),
            (4, 4),
        ]
        body = next(group for group in groups if group.key == "body")
        ((messages, lines),) = [(part.messages, part.lines) for part in body.parts]
        assert (len(messages), len(lines)) == (3, 1)

    def test_errors_come_before_warnings(self, client, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        save_statements(
            declaration_id=declaration.pk,
            actor=members.editor,
            edits=[
                StatementEdit("9.2.3.2", 2, {"individual_control": ""}),
            ],
        )
        inherit(declaration, members.editor, listed(), "9.2.3.10", individual_control="")
        client.force_login(members.editor)
        groups = client.get(url("preflight", declaration)).context["result"].groups
        assert [(group.key, group.is_error) for group in groups] == [
            ("individual_control", True),
            ("base_services", False),
        ]

    def test_without_errors_approval_can_be_asked_for(self, client, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        client.force_login(members.editor)
        text = client.get(url("preflight", declaration)).text
        assert f'action="{url("submit", declaration)}"' in text
        assert "承認できる人がいません" not in text

    def test_it_warns_when_nobody_could_approve(self, client, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        members.approver.memberships.update(ends_on="2024-12-31")
        client.force_login(members.editor)
        assert "承認できる人がいません" in client.get(url("preflight", declaration)).text

    @pytest.mark.parametrize("make", [waiting, fixed])
    def test_later_it_can_be_read_only(self, client, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        client.force_login(members.editor)
        page = client.get(url("preflight", declaration))
        assert page.status_code == 200
        assert f'action="{url("submit", declaration)}"' not in page.text

    @pytest.mark.full_catalogue
    def test_many_messages_stay_readable_and_cheap(self, client, both_editions):
        members = team()
        declaration = draft(members, both_editions[-1])
        client.force_login(members.editor)
        with counted_queries() as queries:
            page = client.get(url("preflight", declaration))
        assert len(queries) <= 10
        assert "エラー 1,159件" in page.text
        assert len(re.findall(r"#c-\d", page.text)) == SHOWN
        assert "1,156件のうち、はじめの50件を表示しています。" in page.text

        with counted_queries() as queries:
            page = client.get(url("preflight", declaration), {"all": "undecided"})
        assert len(queries) <= 10
        assert len(re.findall(r"#c-\d", page.text)) == declaration.statements.count()
        assert "はじめの" not in page.text


class TestSubmit:
    def test_it_leads_back_to_the_declaration(self, client, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        client.force_login(members.editor)
        assert client.post(url("submit", declaration)).url == declaration.get_absolute_url()
        declaration.refresh_from_db()
        assert declaration.state == DeclarationState.IN_APPROVAL

    def test_errors_stand_on_the_page(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        client.force_login(members.editor)
        refused = client.post(url("submit", declaration))
        assert refused.status_code == 422
        assert "事前確認でエラーが16件あります" in refused.text

    def test_a_second_click_is_told_how_it_stands(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        client.force_login(members.editor)
        refused = client.post(url("submit", declaration))
        assert refused.status_code == 409
        assert "いまの状態では行えません" in refused.text
        assert declaration.history.filter(action="submit").count() == 1


class TestApprovalPage:
    @pytest.mark.parametrize("role", OUTSIDERS)
    def test_strangers_find_nothing(self, client, small_edition, role):
        declaration = waiting(team(), small_edition)
        client.force_login(person(role))
        assert client.get(url("approval", declaration)).status_code == 404
        sent = client.post(url("approval", declaration), fix_form(declaration))
        assert sent.status_code == 404
        assert client.post(url("hand-back", declaration), {"reason": "x"}).status_code == 404

    def test_writers_and_readers_are_refused(self, client, small_edition):
        members = team()
        declaration = fixed(members, small_edition)
        for user in (members.editor, reader_of(declaration)):
            client.force_login(user)
            assert client.get(url("approval", declaration)).status_code == 403
            sent = client.post(url("approval", declaration), fix_form(declaration))
            assert sent.status_code == 403
            back = client.post(url("hand-back", declaration), {"reason": "x"})
            assert back.status_code == 403

    def test_it_shows_the_numbers_and_the_exclusions(self, client, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        answer(declaration, members.editor, not_selected=("6.1.1.1",))
        exclude_objective(
            declaration_id=declaration.pk,
            actor=members.editor,
            number="9.4.2",
            reason="ログオンの機能を提供していないため。",
            version=0,
        )
        submit_declaration(declaration_id=declaration.pk, actor=members.editor)
        client.force_login(members.approver)
        page = client.get(url("approval", declaration))

        numbers = page.context["numbers"]
        assert (numbers.details, numbers.adopted, numbers.not_selected, numbers.released) == (
            13,
            10,
            1,
            2,
        )
        assert (numbers.required, numbers.required_adopted, numbers.required_released) == (9, 8, 1)
        assert "ログオンの機能を提供していないため。" in page.text
        assert "エラー 0件、注意 0件" in page.text

    def test_who_edited_sees_why_not_and_who_could(self, client, small_edition):
        members = team()
        both = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)
        gone = UserFactory(name="退任 済子")
        MembershipFactory(
            user=gone,
            role=Role.CSP_APPROVER,
            organisation=members.organisation,
            ends_on="2024-12-31",
        )
        declaration = complete(members, small_edition)
        changes = {"individual_control": "四半期ごとに棚卸しします。"}
        save_statements(
            declaration_id=declaration.pk,
            actor=both,
            edits=[StatementEdit("9.2.3.2", 2, changes)],
        )
        submitted = submit_declaration(declaration_id=declaration.pk, actor=both)
        client.force_login(both)
        page = client.get(url("approval", declaration))

        assert "あなたはこの版を承認できません" in page.text
        assert page.context["other_approvers"] == [members.approver]
        assert 'name="confirmed"' not in page.text
        sent = client.post(url("approval", declaration), fix_form(submitted))
        assert sent.status_code == 403
        declaration.refresh_from_db()
        assert declaration.state == DeclarationState.IN_APPROVAL

    def test_when_nobody_could_it_says_what_to_do(self, client, small_edition):
        members = team()
        both = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)
        members.approver.memberships.update(ends_on="2024-12-31")
        declaration = waiting(type(members)(members.organisation, both, both), small_edition)
        client.force_login(both)
        assert "いま承認できる人がいません" in client.get(url("approval", declaration)).text

    @pytest.mark.parametrize("make", [complete, fixed, superseded])
    def test_outside_approval_it_says_so(self, client, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        client.force_login(members.approver)
        page = client.get(url("approval", declaration))
        assert page.status_code == 200
        assert "承認を待っている言明ではありません" in page.text


class TestFix:
    def test_it_fixes_within_its_budget(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        client.force_login(members.approver)
        with counted_queries() as queries:
            sent = client.post(url("approval", declaration), fix_form(declaration))

        assert sent.url == declaration.get_absolute_url()
        declaration.refresh_from_db()
        assert (declaration.state, declaration.fixed_by) == (
            DeclarationState.FIXED,
            members.approver,
        )
        assert len(queries) <= 14

    def test_so_does_a_second_version(self, client, small_edition):
        members = team()
        first = fixed(members, small_edition)
        second = revise_declaration(declaration_id=first.pk, actor=members.editor)
        second = submit_declaration(declaration_id=second.pk, actor=members.editor)
        client.force_login(members.approver)
        with counted_queries() as queries:
            client.post(url("approval", second), fix_form(second))
        assert Declaration.objects.fixed().get() == second
        assert len(queries) <= 16  # three more: find the earlier version, replace it, record that

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"confirmed": ""}, "チェックを入れてください"),
            ({"version": "x"}, "どの版を見て入力したか"),
        ],
    )
    def test_without_confirmation_nothing_happens(self, client, small_edition, changed, sentence):
        members = team()
        declaration = waiting(members, small_edition)
        client.force_login(members.approver)
        sent = client.post(url("approval", declaration), fix_form(declaration, **changed))
        assert sent.status_code == 422
        assert sentence in sent.text
        declaration.refresh_from_db()
        assert declaration.state == DeclarationState.IN_APPROVAL

    def test_what_moved_on_has_to_be_confirmed_anew(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        client.force_login(members.approver)
        stale = fix_form(declaration, version=declaration.row_version - 1)
        sent = client.post(url("approval", declaration), stale)

        assert sent.status_code == 409
        assert "ほかの人が先に更新しました" in sent.text
        form = sent.context["fix_form"]
        assert form["version"].value() == declaration.row_version
        assert "checked" not in str(form["confirmed"])

    @pytest.mark.parametrize("make", [complete, fixed, superseded])
    def test_outside_approval_it_is_told_and_not_done(self, client, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        client.force_login(members.approver)
        sent = client.post(url("approval", declaration), fix_form(declaration))
        assert sent.status_code == 409
        assert "いまの状態では行えません" in sent.text

    def test_errors_that_came_later_stand_on_the_page(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        members.organisation.profile = ""
        members.organisation.save()
        client.force_login(members.approver)
        sent = client.post(url("approval", declaration), fix_form(declaration))
        assert sent.status_code == 422
        assert "事前確認でエラーが1件あります" in sent.text


class TestHandBack:
    def test_it_returns_the_draft(self, client, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        client.force_login(members.approver)
        sent = client.post(url("hand-back", declaration), {"reason": "頻度を書いてください。"})
        assert sent.url == declaration.get_absolute_url()
        declaration.refresh_from_db()
        assert declaration.state == DeclarationState.DRAFT

    @pytest.mark.parametrize("reason", ["", "　\n", "あ" * 2001, "文字\x00"])
    def test_a_bad_reason_is_told_and_kept(self, client, small_edition, reason):
        members = team()
        declaration = waiting(members, small_edition)
        client.force_login(members.approver)
        sent = client.post(url("hand-back", declaration), {"reason": reason})
        assert sent.status_code == 422
        assert sent.context["hand_back_form"]["reason"].value() == reason
        assert sent.context["hand_back_form"].errors["reason"]
        declaration.refresh_from_db()
        assert declaration.state == DeclarationState.IN_APPROVAL

    @pytest.mark.parametrize("make", [complete, fixed])
    def test_outside_approval_it_is_told(self, client, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        client.force_login(members.approver)
        sent = client.post(url("hand-back", declaration), {"reason": TEXT})
        assert sent.status_code == 409
        assert "いまの状態では行えません" in sent.text
