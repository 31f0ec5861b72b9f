"""What the pages are told: history in sentences, facts by reader, colleagues to choose from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import members, organisations
from accounts.services import invitations, memberships
from accounts.services import organisations as services
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def newest(organisation):
    return organisations.organisation_history(organisation)[0]


class TestHistory:
    def test_invitations(self):
        approver = person(Role.CSP_APPROVER)
        act = {"actor": approver}
        invitation = invitations.invite_person(
            organisation_id=approver.organisation_id,
            email="a@example.jp",
            roles=["csp_editor", "csp_approver"],
            **act,
        )
        about = "a@example.jp（言明担当者、承認者）"
        assert newest(approver.organisation).text == f"利用者を招待：{about}"
        invitations.resend_invitation(invitation_id=invitation.pk, **act)
        assert newest(approver.organisation).text == f"招待を再送：{about}"
        invitations.withdraw_invitation(invitation_id=invitation.pk, **act)
        assert newest(approver.organisation).text == f"招待を取消し：{about}"
        assert newest(approver.organisation).actor.startswith(approver.name)

    def test_joining(self):
        invitation = invitations.invite_first_administrator(
            email="a@example.jp", organisation_name="見本委員会"
        )
        invitations.accept_invitation(token=invitation.token, name="見本 管理")
        line = newest(invitation.organisation)

        assert line.text == "招待を受けて参加：a@example.jp（システム管理者）"
        assert line.actor == "見本 管理（見本委員会）"
        first = organisations.organisation_history(invitation.organisation)[-1]
        assert (first.text, first.actor) == ("組織を登録", "システム")

    def test_roles(self):
        approver = person(Role.CSP_APPROVER)
        editor = person(Role.CSP_EDITOR, organisation=approver.organisation)
        granted = memberships.grant_role(
            user_id=editor.pk,
            organisation_id=approver.organisation_id,
            actor=approver,
            role=Role.CSP_APPROVER,
            starts_on=today(),
            ends_on=today(14),
            deputy_for_id=approver.pk,
            reason="休暇",
        )
        assert newest(approver.organisation).text == (
            f"役割を付与：{editor.name}（承認者）、{approver.name}の代理（理由：休暇）"
        )
        memberships.end_membership(
            membership_id=granted.pk, actor=approver, ends_on=today(), reason="復帰"
        )
        text = newest(approver.organisation).text
        assert text.startswith(f"役割を終了：{editor.name}（承認者）、終了日 令和")
        assert text.endswith("（理由：復帰）")

    def test_the_list_of_audit_bodies(self):
        firm, secretariat = OrganisationFactory(audit_body=True), person(Role.SECRETARIAT)
        act = {"organisation_id": firm.pk, "actor": secretariat}
        services.delist_audit_body(**act, on=firm.listed_on + timedelta(1), reason="休止")
        assert newest(firm).text == "監査機関リストから削除：令和6年4月2日（火）（理由：休止）"
        services.list_audit_body(**act, on=firm.listed_on + timedelta(2))
        assert newest(firm).text == "監査機関リストに掲載：令和6年4月3日（水）"

    def test_only_the_latest_lines_are_shown(self):
        approver = person(Role.CSP_APPROVER)
        for version in range(1, organisations.HISTORY_LINES + 3):
            services.update_organisation(
                organisation_id=approver.organisation_id,
                actor=approver,
                version=version,
                name=f"見本{version}",
            )

        lines = organisations.organisation_history(approver.organisation)
        assert len(lines) == organisations.HISTORY_LINES


class TestFacts:
    def test_contact_is_for_those_who_work_with_it(self):
        firm = OrganisationFactory(
            audit_body=True, corporate_number="8999900000001", phone="03-0000-0000"
        )

        def facts(**how):
            return {f.term: f.value for f in organisations.organisation_facts(firm, **how)}

        assert facts(with_contact=True)["電話番号"] == "03-0000-0000"
        public = facts(with_contact=False)
        assert "電話番号" not in public
        assert public["法人番号"] == "8-9999-0000-0001"
        assert public["所在地"] == "（未登録）"
        assert public["監査機関リスト掲載日"] == "令和6年4月1日（月）"
        assert "監査機関リスト削除日" not in public


def test_colleagues_are_active_people_of_today_by_name():
    approver = person(Role.CSP_APPROVER)
    organisation = approver.organisation
    second = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=organisation)
    User.objects.filter(pk=second.pk).update(name="見本 あ")
    first = person(Role.CSP_EDITOR, organisation=organisation)
    User.objects.filter(pk=first.pk).update(name="見本 い")
    for extra in (
        {"ends_on": today(-1)},
        {"starts_on": today(1)},
        {"user": UserFactory(is_active=False)},
    ):
        columns = {"user": UserFactory(), "organisation": organisation, "role": Role.CSP_EDITOR}
        MembershipFactory(**columns | extra)
    person(Role.CSP_EDITOR)

    found = members.colleagues(organisation, today=today(), without=[approver])
    assert found == [second, first]
