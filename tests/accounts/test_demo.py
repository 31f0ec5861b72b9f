"""The buttons of the demo people exist in the demo and nowhere else."""

import importlib
import os
import subprocess
import sys
import uuid

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import NoReverseMatch, clear_url_caches, reverse

import accounts.urls_public
import ismap_liu.urls
from accounts import demo
from accounts.enums import Role
from ismap_liu.env import BASE_DIR
from tests.accounts.factories import UserFactory, person

pytestmark = pytest.mark.django_db

PATH = "/accounts/demo-sign-in/"
LOGIN = "/accounts/login/"


def read_routes_again():
    importlib.reload(accounts.urls_public)
    importlib.reload(ismap_liu.urls)
    clear_url_caches()


@pytest.fixture
def in_demo(settings):
    """The demo's settings and the routes that go with them."""
    settings.IS_DEMO = True
    read_routes_again()
    yield
    settings.IS_DEMO = False
    read_routes_again()


def demo_person(*roles, name, email, organisation=None):
    user = person(*roles, organisation=organisation)
    user.name, user.email = name, email + demo.DEMO_DOMAIN
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def hanako():
    return demo_person(Role.CSP_APPROVER, name="見本 花子", email="hanako")


@pytest.mark.usefixtures("in_demo")
class TestInTheDemo:
    def test_one_click_signs_in(self, client, hanako):
        answer = client.post(PATH, {"person": hanako.pk})

        assert (answer.status_code, answer.url) == (302, "/app/")
        assert client.session[SESSION_KEY] == str(hanako.pk)

    def test_one_click_changes_the_person(self, client, hanako):
        other = demo_person(Role.SECRETARIAT, name="見本 事務", email="jimu")
        client.post(PATH, {"person": hanako.pk})
        client.post(PATH, {"person": other.pk})

        assert client.session[SESSION_KEY] == str(other.pk)

    def test_the_buttons_stand_by_party_with_organisation_and_roles(self, client, hanako):
        demo_person(
            Role.CSP_EDITOR,
            Role.CSP_APPROVER,
            name="見本 二役",
            email="futayaku",
            organisation=hanako.organisation,
        )
        demo_person(Role.AUDIT_LEAD, name="見本 監査", email="kansa")
        demo_person(Role.SECRETARIAT, name="見本 事務", email="jimu")

        parties = {
            party.label: [(row.name, row.roles) for row in party.people]
            for party in demo.demo_parties()
        }
        assert parties == {
            "クラウドサービス事業者": [
                ("見本 二役", "承認者、言明担当者"),
                ("見本 花子", "承認者"),
            ],
            "監査機関": [("見本 監査", "監査責任者")],
            "運営委員会・事務局": [("見本 事務", "事務局")],
        }
        text = client.get(LOGIN).text
        assert f'name="person" value="{hanako.pk}"' in text
        assert hanako.organisation.name in text

    @pytest.mark.parametrize("people", [1, 3])
    def test_the_buttons_cost_one_query(self, django_assert_num_queries, people):
        for number in range(people):
            demo_person(Role.CSP_EDITOR, name=f"見本 {number}", email=f"person{number}")
        with django_assert_num_queries(1):
            demo.demo_parties()

    def test_the_way_on_is_kept(self, client, hanako):
        text = client.get(LOGIN, {"next": "/app/organisations/"}).text
        assert 'name="next" value="/app/organisations/"' in text

        answer = client.post(PATH, {"person": hanako.pk, "next": "/app/organisations/"})
        assert answer.url == "/app/organisations/"

    @pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "https:evil"])
    def test_the_way_on_stays_on_this_site(self, client, hanako, target):
        assert client.post(PATH, {"person": hanako.pk, "next": target}).url == "/app/"

    @pytest.mark.parametrize("key", ["", "x", "\x00", str(uuid.uuid4())])
    def test_an_unknown_person_is_not_found(self, client, hanako, key):
        assert client.post(PATH, {"person": key}).status_code == 404
        assert SESSION_KEY not in client.session

    def test_real_people_have_no_button(self, client, hanako):
        real = person(Role.SECRETARIAT)

        assert str(real.pk) not in client.get(LOGIN).text
        assert client.post(PATH, {"person": real.pk}).status_code == 404

    def test_blocked_people_and_those_without_a_role_have_no_button(self, client, hanako):
        hanako.is_active = False
        hanako.save()
        UserFactory(email="noone" + demo.DEMO_DOMAIN)

        assert demo.demo_parties() == []
        assert client.post(PATH, {"person": hanako.pk}).status_code == 404

    def test_reading_signs_nobody_in(self, client, hanako):
        assert client.get(PATH, {"person": hanako.pk}).status_code == 405


class TestElsewhere:
    def test_neither_route_nor_buttons_exist(self, client, hanako):
        with pytest.raises(NoReverseMatch):
            reverse("invitations:demo_sign_in")
        assert client.post(PATH, {"person": hanako.pk}).status_code == 404
        assert SESSION_KEY not in client.session
        text = client.get(LOGIN).text
        assert "見本の人" not in text
        assert str(hanako.pk) not in text

    def test_the_view_itself_refuses_too(self, rf, hanako):
        with pytest.raises(demo.Http404):
            demo.demo_sign_in(rf.post(PATH, {"person": hanako.pk}))

    def test_demo_people_have_no_password_to_sign_in_with(self, client, hanako):
        client.post(LOGIN, {"login": hanako.email, "password": ""})

        assert SESSION_KEY not in client.session


@pytest.mark.parametrize(("module", "exists"), [("demo", True), ("production", False)])
def test_the_shipped_settings_decide(module, exists):
    """A fresh process under each settings module, without anything that this test run has loaded."""
    program = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "try:\n"
        f"    resolve({PATH!r})\n"
        "    print('exists')\n"
        "except Resolver404:\n"
        "    print('absent')\n"
    )
    needed = {
        "DJANGO_SETTINGS_MODULE": f"ismap_liu.settings.{module}",
        "DATABASE_URL": "postgres://nobody@localhost/none",
        "BROKER_URL": "memory://",
        "CACHE_URL": "redis://localhost:1/0",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "liu.example.jp",
        "SITE_URL": "https://liu.example.jp",
        "EMAIL_URL": "consolemail://",
        "DEFAULT_FROM_EMAIL": "liu@example.jp",
    }
    answer = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env=os.environ | needed,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert answer.stdout.split() == ["exists" if exists else "absent"]
