"""What people type: accepted in every width, refused with a sentence that says how to mend it."""

import pytest

from accounts.enums import Role
from accounts.forms.organisations import NewOrganisationForm, OrganisationForm, SearchForm
from accounts.forms.people import GrantForm, InvitationForm, NewPersonForm
from tests.accounts.factories import PASSPHRASE


def organisation(**typed):
    return NewOrganisationForm({"kind": "csp", "name": "見本クラウド"} | typed)


@pytest.mark.parametrize(
    ("field", "typed", "clean"),
    [
        ("name", "　髙﨑クラウド㈱\ufa19　", "髙﨑クラウド㈱\ufa19"),
        ("name", "𠮷野家", "𠮷野家"),
        ("name_kana", "みなと　くらうど", "ミナト クラウド"),
        ("name_kana", "ﾐﾅﾄｸﾗｳﾄﾞ", "ミナトクラウド"),
        ("corporate_number", "８-９９９９-0000 0001", "8999900000001"),
        ("postal_code", "〒１００－０００１", "100-0001"),
        ("postal_code", "1000001", "100-0001"),
        ("phone", "０３－００００－００００", "03-0000-0000"),
        ("phone", "+81-3-0000-0000", "+81-3-0000-0000"),
        ("profile", "一行目\r\n二行目", "一行目\n二行目"),
    ],
)
def test_organisation_accepts(field, typed, clean):
    form = organisation(**{field: typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data[field] == clean


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "入力してください"),
        ("name", "\u200b", "入力してください"),
        ("name", "　", "入力してください"),
        ("name", "あ" * 201, "200字以内"),
        ("name", "名\x00前", "制御文字"),
        ("name", "gpj\u202eexe", "並びを逆に見せる"),
        ("name", "一行目\n二行目", "改行やタブ"),
        ("name_kana", "minato", "カタカナ"),
        ("name_kana", "㌔" * 150, "200字以内"),
        ("corporate_number", "7999900000001", "検査用数字"),
        ("corporate_number", "899990000000", "13桁"),
        ("corporate_number", "٣999900000001", "数字だけ"),
        ("postal_code", "100-000", "7桁"),
        ("postal_code", "１" * 5000, "7桁"),
        ("phone", "でんわ", "数字とハイフン"),
        ("phone", "0" * 31, "数字とハイフン"),
        ("kind", "committee", "一覧にあるものから選んで"),
        ("kind", "", "1つ選んでください"),
    ],
)
def test_organisation_refuses(field, typed, sentence):
    form = organisation(**{field: typed})

    assert not form.is_valid()
    assert sentence in form.errors[field][0]


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "1e3", str(2**63)])
def test_a_version_that_is_no_version_is_refused(version):
    form = OrganisationForm({"name": "見本クラウド", "version": version})

    assert set(form.errors) == {"version"}


def test_search_is_limited_and_cleaned():
    assert SearchForm({"text": "ミナト"}).is_valid()
    assert not SearchForm({"text": "あ" * 101}).is_valid()
    assert not SearchForm({"text": "\x00"}).is_valid()


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (" Hanako@Example.JP ", "hanako@example.jp"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"),
    ],
)
def test_addresses_are_read_in_every_width(typed, clean):
    form = InvitationForm({"email": typed, "roles": ["csp_editor"]}, roles=[Role.CSP_EDITOR])

    assert form.is_valid()
    assert form.cleaned_data == {"email": clean, "roles": ["csp_editor"]}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "だめ", "roles": ["csp_editor"]}, "email"),
        ({"email": "a" * 250 + "@example.jp", "roles": ["csp_editor"]}, "email"),
        ({"email": "a@example.jp"}, "roles"),
        ({"email": "a@example.jp", "roles": ["csp_approver"]}, "roles"),
    ],
)
def test_invitation_refuses(data, field):
    form = InvitationForm(data, roles=[Role.CSP_EDITOR])

    assert set(form.errors) == {field}


@pytest.mark.parametrize("person", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_only_offered_people_can_be_chosen(person):
    data = {"person": person, "role": "csp_editor", "starts_on": "令和8年4月1日"}
    form = GrantForm(data, people=[], roles=[Role.CSP_EDITOR])

    assert set(form.errors) == {"person"}


def new_person(**typed):
    data = {"name": "見本 花子", "password": PASSPHRASE, "password_again": PASSPHRASE}
    return NewPersonForm(data | typed, email="hanako.mihon@example.jp")


class TestNewPerson:
    @pytest.mark.parametrize("password", [f" {PASSPHRASE} ", "か\u3099" * 10 + "１２３４５"])
    def test_passwords_are_kept_byte_for_byte(self, password):
        form = new_person(password=password, password_again=password)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["password"] == password

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("みじかい", "短すぎます"),
            ("hanako.mihon@example.jp", "似すぎています"),
            ("あ" * 257, "256"),
            ("", "入力してください"),
        ],
    )
    def test_weak_passwords_are_refused(self, password, sentence):
        form = new_person(password=password, password_again=password)

        assert sentence in form.errors["password"][0]

    def test_two_different_passwords_are_refused(self):
        form = new_person(password_again="ほかの長いパスワードです2026")

        assert form.errors["password_again"] == ["2回のパスワードが一致しません。"]

    def test_a_missing_repetition_is_named_once(self):
        assert list(new_person(password_again="").errors) == ["password_again"]
