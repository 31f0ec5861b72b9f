"""Pages of organisations and of the list of audit bodies."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory, person

pytestmark = pytest.mark.django_db

STAFF = {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN}
KEEPERS = {Role.SECRETARIAT, Role.SYSTEM_ADMIN}
LIST = reverse("accounts:organisations")
CREATE = reverse("accounts:create_organisation")
AUDIT_BODIES = reverse("accounts:audit_bodies")


def sign_in(client, *roles, **extra):
    user = person(*roles, **extra)
    client.force_login(user)
    return user


def page_of(organisation, name="organisation"):
    return reverse(f"accounts:{name}", args=[organisation.pk])


def test_a_stranger_is_asked_to_sign_in(client):
    for url in (LIST, CREATE, AUDIT_BODIES, page_of(OrganisationFactory())):
        assert client.get(url).url.startswith("/accounts/login/")


class TestList:
    @pytest.mark.parametrize("role", Role)
    def test_it_is_for_staff(self, client, role):
        sign_in(client, role)

        assert client.get(LIST).status_code == (200 if role in STAFF else 403)

    @pytest.mark.parametrize("role", STAFF)
    def test_the_button_is_for_those_who_may_create(self, client, role):
        sign_in(client, role)

        assert (CREATE in client.get(LIST).text) is (role in KEEPERS)

    def test_kinds_are_filtered_by_address(self, client):
        sign_in(client, Role.SECRETARIAT)
        OrganisationFactory(name="見本みなと")
        OrganisationFactory(audit_body=True, name="見本監査あおぞら")

        text = client.get(LIST, {"kind": "audit_body"}).text
        assert ("見本監査あおぞら" in text, "見本みなと" in text) == (True, False)
        text = client.get(LIST, {"kind": "no such kind"}).text
        assert ("見本監査あおぞら" in text, "見本みなと" in text) == (True, True)

    def test_free_text_is_posted_kept_and_dropped(self, client):
        sign_in(client, Role.SECRETARIAT)
        OrganisationFactory(name="見本みなと", search_key="見本みなとミナト")
        OrganisationFactory(name="見本やまびこ")

        answer = client.post(LIST + "?kind=csp", {"text": "ﾐﾅﾄ"})
        assert (answer.status_code, answer.url) == (302, LIST + "?kind=csp")
        text = client.get(answer.url).text
        assert ("見本みなと" in text, "見本やまびこ" in text) == (True, False)
        assert "「ﾐﾅﾄ」で検索した結果です。" in text

        client.post(LIST, {"text": ""})
        assert "見本やまびこ" in client.get(LIST).text

    def test_bad_search_text_is_refused_and_kept(self, client):
        sign_in(client, Role.SECRETARIAT)
        answer = client.post(LIST, {"text": "あ" * 101})

        assert answer.status_code == 422
        assert "100字以内" in answer.text
        assert "あ" * 101 in answer.text

    @pytest.mark.parametrize("page", ["2", "0", "x", "999999999999999999999"])
    def test_any_page_number_gives_a_page(self, client, page):
        sign_in(client, Role.SECRETARIAT)
        OrganisationFactory.create_batch(51)

        assert client.get(LIST, {"page": page}).status_code == 200

    def test_people_are_counted_once_and_only_today(self, client):
        sign_in(client, Role.SECRETARIAT)
        both = person(Role.CSP_EDITOR, Role.CSP_APPROVER)
        MembershipFactory(
            user=UserFactory(),
            organisation=both.organisation,
            role=Role.CSP_EDITOR,
            ends_on=timezone.localdate() - timedelta(days=1),
        )

        answer = client.get(LIST, {"kind": "csp"})
        assert [row.people_count for row in answer.context["page"]] == [1]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, client, django_assert_num_queries, rows):
        sign_in(client, Role.SECRETARIAT)
        for _row in range(rows):
            person(Role.CSP_EDITOR)
        with django_assert_num_queries(5):  # session, user, memberships, count, rows
            client.get(LIST, {"kind": "csp"})


class TestCreate:
    @pytest.mark.parametrize("role", Role)
    def test_it_is_for_keepers(self, client, role):
        sign_in(client, role)
        data = {"kind": "csp", "name": "見本新社"}

        assert client.get(CREATE).status_code == (200 if role in KEEPERS else 403)
        assert client.post(CREATE, data).status_code == (302 if role in KEEPERS else 403)
        assert Organisation.objects.filter(name="見本新社").exists() is (role in KEEPERS)

    def test_it_leads_to_inviting_people(self, client):
        sign_in(client, Role.SECRETARIAT)
        data = {
            "kind": "audit_body",
            "name": "見本監査",
            "corporate_number": "８９９９９０００００００１",
        }
        answer = client.post(CREATE, data, follow=True)

        organisation = Organisation.objects.get(name="見本監査")
        assert organisation.corporate_number == "8999900000001"
        assert answer.redirect_chain[-1][0] == page_of(organisation, "members")
        assert "組織を登録しました。" in answer.text

    @pytest.mark.parametrize("data", [{}, {"kind": "committee", "name": "見本第二委員会"}])
    def test_bad_input_is_refused(self, client, data):
        sign_in(client, Role.SECRETARIAT)

        assert client.post(CREATE, data).status_code == 422

    def test_a_taken_number_keeps_what_was_typed(self, client):
        sign_in(client, Role.SECRETARIAT)
        OrganisationFactory(corporate_number="8999900000001")
        data = {"kind": "csp", "name": "見本新社", "corporate_number": "8999900000001"}
        answer = client.post(CREATE, data | {"profile": "長い説明"})

        assert answer.status_code == 422
        assert "すでに登録されています" in answer.text
        assert "見本新社" in answer.text
        assert "長い説明" in answer.text

    def test_fields_that_the_form_does_not_name_are_ignored(self, client):
        sign_in(client, Role.SECRETARIAT)
        extra = {"listed_on": "2026-04-01", "row_version": "9", "search_key": "x"}
        client.post(CREATE, {"kind": "audit_body", "name": "見本監査"} | extra)

        organisation = Organisation.objects.get(name="見本監査")
        assert (organisation.listed_on, organisation.row_version) == (None, 1)
        assert organisation.search_key == "見本監査"


class TestDetail:
    def test_the_own_organisation_is_one_step_away(self, client):
        user = sign_in(client, Role.CSP_EDITOR)

        assert client.get(reverse("accounts:own_organisation")).url == page_of(user.organisation)

    def test_without_a_role_there_is_none(self, client):
        client.force_login(UserFactory())

        assert client.get(reverse("accounts:own_organisation")).status_code == 404

    @pytest.mark.parametrize(
        ("role", "kind", "status"),
        [
            (Role.CSP_EDITOR, OrganisationKind.CSP, 404),
            (Role.CSP_EDITOR, OrganisationKind.COMMITTEE, 404),
            (Role.CSP_APPROVER, OrganisationKind.CSP, 404),
            (Role.AUDIT_LEAD, OrganisationKind.CSP, 404),
            (Role.AUDIT_MEMBER, OrganisationKind.COMMITTEE, 404),
            (Role.SECRETARIAT, OrganisationKind.CSP, 200),
            (Role.COMMITTEE_MEMBER, OrganisationKind.CSP, 200),
            (Role.SYSTEM_ADMIN, OrganisationKind.CSP, 200),
        ],
    )
    def test_other_organisations(self, client, role, kind, status):
        sign_in(client, role)
        other = OrganisationFactory(kind=kind, name="見本の他者")

        assert client.get(page_of(other)).status_code == status

    def test_what_is_hidden_and_what_does_not_exist_answer_alike(self, client):
        sign_in(client, Role.CSP_EDITOR)
        hidden = client.get(page_of(OrganisationFactory()))
        missing = client.get(reverse("accounts:organisation", args=[uuid.uuid4()]))

        def without_nonces(answer):
            return answer.text.replace(answer.wsgi_request.csp_nonce or "", "")

        assert hidden.status_code == missing.status_code == 404
        assert without_nonces(hidden) == without_nonces(missing)

    def test_a_csp_sees_the_public_part_of_a_listed_audit_body(self, client):
        sign_in(client, Role.CSP_EDITOR)
        lead = person(Role.AUDIT_LEAD)
        body = lead.organisation
        Organisation.objects.filter(pk=body.pk).update(
            representative_name="秘密 代表", phone="03-9999-9999", address="見本県見本市"
        )
        answer = client.get(page_of(body))

        assert "見本県見本市" in answer.text
        for secret in ("秘密 代表", "03-9999-9999", lead.email, "操作履歴"):
            assert secret not in answer.text
        assert client.get(page_of(body, "members")).status_code == 403

    def test_the_history_tells_every_act(self, client):
        approver = sign_in(client, Role.CSP_APPROVER)
        edit = page_of(approver.organisation, "edit_organisation")
        client.post(edit, {"name": "見本の新しい名", "version": "1", "phone": "03-0000-0000"})

        text = client.get(page_of(approver.organisation)).text
        assert "組織の情報を変更：名称、電話番号" in text

    @pytest.mark.parametrize("lines", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, client, django_assert_num_queries, lines):
        approver = sign_in(client, Role.CSP_APPROVER)
        edit = page_of(approver.organisation, "edit_organisation")
        for version in range(1, lines + 1):
            client.post(edit, {"name": f"見本{version}", "version": version})
        client.get(page_of(approver.organisation))
        with django_assert_num_queries(5):  # session, user, memberships, organisation, history
            client.get(page_of(approver.organisation))


class TestEdit:
    def test_it_saves(self, client):
        approver = sign_in(client, Role.CSP_APPROVER)
        organisation = approver.organisation
        url = page_of(organisation, "edit_organisation")
        assert 'value="1"' in client.get(url).text
        answer = client.post(url, {"version": 1, "name": "見本㈱", "name_kana": "みほん"})

        assert answer.url == page_of(organisation)
        organisation.refresh_from_db()
        assert (organisation.name, organisation.name_kana) == ("見本㈱", "ミホン")

    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.AUDIT_MEMBER, Role.COMMITTEE_MEMBER])
    def test_it_is_refused_to_those_who_only_see(self, client, role):
        user = sign_in(client, role)
        url = page_of(user.organisation, "edit_organisation")

        assert client.get(url).status_code == 403
        assert client.post(url, {"version": 1, "name": "x"}).status_code == 403

    def test_it_is_hidden_from_others(self, client):
        sign_in(client, Role.CSP_APPROVER)
        url = page_of(OrganisationFactory(), "edit_organisation")

        assert client.post(url, {"version": 1, "name": "x"}).status_code == 404

    def test_a_stale_form_shows_both_texts_and_can_be_sent_again(self, client):
        approver = sign_in(client, Role.CSP_APPROVER)
        organisation = approver.organisation
        url = page_of(organisation, "edit_organisation")
        common = {"name": organisation.name}
        client.post(url, common | {"version": 1, "phone": "03-0000-0001"})

        answer = client.post(url, common | {"version": 1, "phone": "03-0000-0002"})
        assert answer.status_code == 409
        assert "ほかの人が先に更新しました" in answer.text
        (difference,) = answer.context["differences"]
        assert (difference.term, difference.mine, difference.theirs) == (
            "電話番号",
            "03-0000-0002",
            "03-0000-0001",
        )
        organisation.refresh_from_db()
        assert organisation.phone == "03-0000-0001"

        version = answer.context["form"]["version"].value()
        again = client.post(url, common | {"version": version, "phone": "03-0000-0002"})
        assert again.status_code == 302
        organisation.refresh_from_db()
        assert organisation.phone == "03-0000-0002"

    def test_bad_input_keeps_what_was_typed(self, client):
        approver = sign_in(client, Role.CSP_APPROVER)
        data = {"version": 1, "name": "", "profile": "残してほしい説明", "postal_code": "123"}
        answer = client.post(page_of(approver.organisation, "edit_organisation"), data)

        assert answer.status_code == 422
        assert "残してほしい説明" in answer.text
        assert "郵便番号は7桁の数字です" in answer.text


class TestAuditBodies:
    @pytest.fixture
    def firm(self):
        return OrganisationFactory(audit_body=True, name="見本監査あおぞら", listed_on=None)

    def test_staff_see_all_firms_and_csps_the_listed_ones(self, client, firm):
        OrganisationFactory(audit_body=True, name="見本監査しおさい")
        OrganisationFactory(name="見本クラウド会社")
        for role, unlisted in ((Role.SECRETARIAT, True), (Role.CSP_EDITOR, False)):
            sign_in(client, role)
            text = client.get(AUDIT_BODIES).text
            assert "見本監査しおさい" in text
            assert "見本クラウド会社" not in text
            assert (firm.name in text) is unlisted

    def test_firms_on_the_list_stand_first(self, client, firm):
        sign_in(client, Role.SECRETARIAT)
        today = timezone.localdate()
        gone = OrganisationFactory(audit_body=True, delisted_on=today)
        coming = OrganisationFactory(audit_body=True, listed_on=today + timedelta(days=1))
        listed = OrganisationFactory(audit_body=True)

        rows = client.get(AUDIT_BODIES).context["rows"]
        assert [row["organisation"] for row in rows] == [listed, coming, gone, firm]
        assert [row["tag"].label for row in rows] == ["掲載中", "掲載予定", "削除済み", "未掲載"]

    def test_the_secretariat_lists_and_delists(self, client, firm):
        sign_in(client, Role.SECRETARIAT)
        put = client.post(page_of(firm, "list_audit_body"), {"on": "令和8年4月1日"})
        take = client.post(
            page_of(firm, "delist_audit_body"), {"on": "R8.6.30", "reason": "法人の解散"}
        )

        assert put.url == take.url == AUDIT_BODIES
        firm.refresh_from_db()
        assert (str(firm.listed_on), str(firm.delisted_on)) == ("2026-04-01", "2026-06-30")

    @pytest.mark.parametrize("name", ["list_audit_body", "delist_audit_body"])
    @pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN])
    def test_other_staff_are_refused(self, client, firm, role, name):
        sign_in(client, role)

        assert client.get(page_of(firm, name)).status_code == 403
        assert client.post(page_of(firm, name), {"on": "2026-04-01"}).status_code == 403

    @pytest.mark.parametrize("name", ["list_audit_body", "delist_audit_body"])
    def test_outsiders_do_not_find_it(self, client, firm, name):
        sign_in(client, Role.CSP_APPROVER)

        assert client.post(page_of(firm, name), {"on": "2026-04-01"}).status_code == 404

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"on": "2026-02-30"}, "という日付はありません"),
            ({"on": ""}, "日付を入力してください"),
            ({"on": "2026-04-01"}, "掲載されていません"),
        ],
    )
    def test_refusals_are_told_and_keep_the_reason(self, client, firm, data, sentence):
        sign_in(client, Role.SECRETARIAT)
        answer = client.post(page_of(firm, "delist_audit_body"), data | {"reason": "残す理由"})

        assert answer.status_code == 422
        assert sentence in answer.text
        assert "残す理由" in answer.text

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, client, django_assert_num_queries, rows):
        OrganisationFactory.create_batch(rows, audit_body=True)
        sign_in(client, Role.SECRETARIAT)
        with django_assert_num_queries(5):  # session, user, memberships, count, rows
            client.get(AUDIT_BODIES)
