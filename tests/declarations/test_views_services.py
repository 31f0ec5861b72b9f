"""Pages of cloud services."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.enums import Role
from declarations.models import CloudService
from declarations.services.cloud_service import update_service
from tests.accounts.factories import person
from tests.declarations.builders import FACTS, draft, fixed, service_of, team

pytestmark = pytest.mark.django_db

LIST = reverse("declarations:services")
CREATE = reverse("declarations:service-create")
READERS = {Role.CSP_EDITOR, Role.CSP_APPROVER, Role.SECRETARIAT, Role.COMMITTEE_MEMBER}
WRITERS = {Role.CSP_EDITOR, Role.CSP_APPROVER}


def typed(**changed):
    """What a person sends with the form; the ordinary texts unless `changed`."""
    facts = FACTS | {"businesses": [], "other_businesses": ""} | changed
    return {name: value for name, value in facts.items() if name != "target_businesses"}


def edit_url(service):
    return reverse("declarations:service-edit", args=[service.pk])


class TestList:
    @pytest.mark.parametrize("role", Role)
    def test_it_is_for_providers_and_the_committee_side(self, client, role):
        client.force_login(person(role))
        assert client.get(LIST).status_code == (200 if role in READERS else 403)

    def test_it_shows_the_own_services_with_their_newest_declaration(self, client, small_edition):
        members = team()
        fixed(members, small_edition)
        service_of(members, name="みなと申請（見本）")
        service_of(team(), name="よその申請（見本）")
        client.force_login(members.editor)

        text = client.get(LIST).text
        assert ("みなと文書共有" in text, "みなと申請" in text) == (True, True)
        assert "よその申請" not in text
        assert ("確定" in text, "言明はまだありません" in text) == (True, True)

    def test_the_first_step_stands_on_the_empty_page(self, client):
        client.force_login(person(Role.CSP_EDITOR))
        text = client.get(LIST).text
        assert "サービスはまだ登録されていません" in text
        assert CREATE in text

    @pytest.mark.parametrize(
        ("role", "column"),
        [
            (Role.SECRETARIAT, "reached_secretariat_at"),
            (Role.COMMITTEE_MEMBER, "reached_committee_at"),
        ],
    )
    def test_staff_see_what_has_reached_them(self, client, small_edition, role, column):
        declaration = fixed(team(), small_edition)
        service_of(team(), name="まだ出していない申請（見本）")
        setattr(declaration, column, declaration.fixed_at)
        declaration.save(update_fields=[column])
        client.force_login(person(role))

        text = client.get(LIST).text
        assert "みなと文書共有" in text
        assert "まだ出していない" not in text
        assert CREATE not in text
        service = reverse("declarations:service", args=[declaration.service_id])
        page = client.get(service).text
        assert "次の監査対象期間" not in page
        assert edit_url(declaration.service) not in page

    @pytest.mark.parametrize("rows", [1, 3, 20])
    def test_its_cost_does_not_grow(self, client, django_assert_num_queries, small_edition, rows):
        members = team()
        for number in range(rows):
            draft(members, small_edition, service=service_of(members, name=f"見本{number}"))
        client.force_login(members.editor)

        with django_assert_num_queries(
            6
        ):  # session, user, memberships, count, services, declarations
            client.get(LIST)


class TestService:
    def test_the_next_period_follows_the_last(self, client, small_edition):
        members = team()
        declaration = fixed(members, small_edition)
        client.force_login(members.editor)

        text = client.get(declaration.service.get_absolute_url()).text
        assert "令和8年4月1日（水）</time></b>から始まります" in text
        assert reverse("declarations:declaration-create", args=[declaration.service_id]) in text

    def test_while_one_is_open_no_other_is_offered(self, client, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        client.force_login(members.editor)

        text = client.get(declaration.service.get_absolute_url()).text
        assert declaration.get_absolute_url() in text
        create = reverse("declarations:declaration-create", args=[declaration.service_id])
        assert create not in text

    def test_strangers_find_nothing(self, client):
        service = service_of(team())
        client.force_login(person(Role.CSP_EDITOR))
        for url in (service.get_absolute_url(), edit_url(service)):
            assert client.get(url).status_code == 404
        assert client.post(edit_url(service), typed(version=1)).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3, 20])
    def test_its_cost_does_not_grow(self, client, django_assert_num_queries, small_edition, rows):
        members = team()
        service = service_of(members)
        for number in range(rows):
            facts = FACTS | {"regions": f"リージョン{number}"}
            update_service(
                service_id=service.pk, actor=members.editor, version=number + 1, facts=facts
            )
        client.force_login(members.editor)

        with django_assert_num_queries(
            8
        ):  # session, user, memberships, service, declarations, rules, registration, history
            client.get(service.get_absolute_url())


class TestCreate:
    @pytest.mark.parametrize("role", Role)
    def test_it_is_for_providers(self, client, role):
        client.force_login(person(role))
        expected = 200 if role in WRITERS else 403
        assert client.get(CREATE).status_code == expected
        sent = client.post(CREATE, typed(creation_key=uuid.uuid4()))
        assert sent.status_code == (302 if role in WRITERS else 403)

    def test_what_is_published_is_said_at_each_field(self, client):
        client.force_login(person(Role.CSP_EDITOR))
        text = client.get(CREATE).text
        hint = re.search(r'id="id_regions_helptext">(.*?)</div>', text).group(1)
        assert "公開リストに載ります（掲載項目の確度：確認済み）" in hint
        hint = re.search(r'id="id_overview_helptext">(.*?)</div>', text).group(1)
        assert "公開リストには載りません" in hint

    def test_a_double_click_has_one_effect(self, client):
        client.force_login(person(Role.CSP_EDITOR))
        key = uuid.uuid4()
        answers = [client.post(CREATE, typed(creation_key=key)) for _ in range(2)]

        service = CloudService.objects.get()
        assert {answer.url for answer in answers} == {service.get_absolute_url()}

    def test_every_form_carries_its_own_key(self, client):
        client.force_login(person(Role.CSP_EDITOR))
        keys = {
            re.search(r'name="creation_key" value="(.*?)"', client.get(CREATE).text).group(1)
            for _ in range(2)
        }
        assert len(keys) == 2

    def test_businesses_come_from_the_parameter_and_from_typing(self, client):
        client.force_login(person(Role.CSP_EDITOR))
        form = client.get(CREATE).context["form"]
        known = form.fields["businesses"].choices[0][0]
        client.post(
            CREATE,
            typed(
                creation_key=uuid.uuid4(),
                businesses=[known],
                other_businesses="部内の文書を作る業務\r\n\r\n部内の文書を作る業務\r\n経費を精算する業務",
            ),
        )
        service = CloudService.objects.get()
        assert service.target_businesses == [
            known,
            "部内の文書を作る業務",
            "経費を精算する業務",
        ]
        again = client.get(edit_url(service)).context["form"]
        assert again["businesses"].value() == [known]
        assert again["other_businesses"].value() == "部内の文書を作る業務\n経費を精算する業務"

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("name", "", "サービス名："),
            ("name", "み" * 201, "200字以内"),
            ("name", "みなと\x00文書", "制御文字（U+0000）"),
            ("overview", "壊れた\ufffd文字", "文字化けした文字"),
            ("name_kana", "漢字", "フリガナは、カタカナ"),
            ("contact_email", "security", "メールアドレスとして読めません"),
            ("contact_phone", "でんわ", "数字とハイフン"),
            ("other_businesses", "あ" * 201, "1行目が長すぎます"),
            ("delivery_model", "desktop", "一覧にあるものから選んで"),
            ("creation_key", "x", "画面の情報が古くなっています"),
        ],
    )
    def test_bad_input_is_told_and_nothing_typed_is_lost(self, client, field, value, sentence):
        client.force_login(person(Role.CSP_EDITOR))
        answer = client.post(CREATE, typed(creation_key=uuid.uuid4()) | {field: value})

        assert answer.status_code == 422
        assert sentence in answer.text
        assert "<title>エラー：" in answer.text
        assert FACTS["governing_law"] in answer.text
        assert not CloudService.objects.exists()

    def test_codes_are_read_in_full_width(self, client):
        client.force_login(person(Role.CSP_EDITOR))
        sent = typed(
            creation_key=uuid.uuid4(),
            name_kana="ﾐﾅﾄぶんしょ",
            contact_email="ｓｅｃｕｒｉｔｙ＠ｅｘａｍｐｌｅ．ｊｐ",
            contact_phone="０３ー００００ー００００",
        )
        assert client.post(CREATE, sent).status_code == 302
        service = CloudService.objects.get()
        assert service.name_kana == "ミナトブンショ"
        assert service.contact_email == "security@example.jp"
        assert service.contact_phone == "03-0000-0000"

    def test_a_name_in_use_stands_on_the_page(self, client):
        members = team()
        service_of(members)
        client.force_login(members.editor)
        answer = client.post(CREATE, typed(creation_key=uuid.uuid4()))

        assert answer.status_code == 422
        assert "同じ名称のサービスがすでにあります" in answer.text


class TestEdit:
    @pytest.mark.parametrize(
        "role", [role for role in Role if role not in WRITERS | {Role.SECRETARIAT}]
    )
    def test_others_do_not_find_it(self, client, role):
        service = service_of(team())
        client.force_login(person(role))
        assert client.post(edit_url(service), typed(version=1)).status_code == 404

    def test_whoever_may_only_read_is_refused(self, client, small_edition):
        declaration = fixed(team(), small_edition)
        declaration.reached_secretariat_at = declaration.fixed_at
        declaration.save(update_fields=["reached_secretariat_at"])
        client.force_login(person(Role.SECRETARIAT))
        url = edit_url(declaration.service)

        assert client.get(url).status_code == 403
        assert client.post(url, typed(version=1)).status_code == 403

    def test_it_saves_and_shows_the_service(self, client):
        members = team()
        service = service_of(members)
        client.force_login(members.editor)
        answer = client.post(edit_url(service), typed(version=1, regions="東京リージョン"))

        assert answer.url == service.get_absolute_url()
        service.refresh_from_db()
        assert (service.regions, service.row_version) == ("東京リージョン", 2)

    def test_a_conflict_shows_both_texts_and_keeps_what_only_one_changed(self, client):
        members = team()
        service = service_of(members)
        theirs = FACTS | {"overview": "相手が書いた概要です。", "regions": "大阪リージョン"}
        update_service(service_id=service.pk, actor=members.approver, version=1, facts=theirs)
        client.force_login(members.editor)
        sent = typed(version=1, overview="自分が書いた概要です。", governing_law="日本法")
        answer = client.post(edit_url(service), sent)

        assert answer.status_code == 409
        assert "ほかの人の変更と重なりました" in answer.text
        (clash,) = answer.context["conflict"].clashes
        assert (clash.mine, clash.theirs) == ("自分が書いた概要です。", "相手が書いた概要です。")
        assert answer.context["conflict"].their_name.startswith(members.approver.name)
        form = answer.context["form"]
        assert form["overview"].value() == "自分が書いた概要です。"
        assert form["regions"].value() == "大阪リージョン"
        assert form["governing_law"].value() == "日本法"
        service.refresh_from_db()
        assert service.overview == "相手が書いた概要です。"

        again = {name: form[name].value() for name in form.fields}
        assert client.post(edit_url(service), again).status_code == 302
        service.refresh_from_db()
        assert (service.overview, service.regions) == ("自分が書いた概要です。", "大阪リージョン")
        assert (service.governing_law, service.row_version) == ("日本法", 3)

    @pytest.mark.parametrize("version", ["", "x", "0", str(2**63)])
    def test_a_lost_version_saves_nothing(self, client, version):
        members = team()
        service = service_of(members)
        client.force_login(members.editor)
        answer = client.post(edit_url(service), typed(version=version, regions="書換え"))

        assert answer.status_code == 422
        assert "どの版を見て入力したか" in answer.text
        service.refresh_from_db()
        assert service.regions == FACTS["regions"]
