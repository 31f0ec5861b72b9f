"""The page behind the link of an invitation, and resetting a forgotten password."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from tests.accounts.factories import PASSPHRASE, InvitationFactory, UserFactory, person

pytestmark = pytest.mark.django_db

TYPED = {"name": "見本 新人", "password": PASSPHRASE, "password_again": PASSPHRASE}


def link(invitation):
    return reverse("invitations:accept", args=[invitation.token])


def sign_in(client, email, password):
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client.session.get(SESSION_KEY)


class TestNewPerson:
    def test_opening_the_page_uses_nothing_up(self, client):
        invitation = InvitationFactory()
        for _visit in range(2):
            answer = client.get(link(invitation))

        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert invitation.email in answer.text
        assert not User.objects.exists()

    def test_registering_leads_to_the_sign_in_which_then_works(self, client):
        invitation = InvitationFactory()
        answer = client.post(link(invitation), TYPED, follow=True)

        user = User.objects.get()
        assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
        assert "登録が終わりました。サインインしてください。" in answer.text
        assert SESSION_KEY not in client.session
        assert sign_in(client, invitation.email.upper(), PASSPHRASE) == str(user.pk)

    def test_the_second_click_is_told_to_sign_in(self, client):
        invitation = InvitationFactory()
        client.post(link(invitation), TYPED)
        answer = client.post(link(invitation), TYPED)

        assert answer.status_code == 410
        assert "すでに使われています" in answer.text
        assert reverse("account_login") in answer.text
        assert User.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"name": ""}, "入力してください"),
            ({"name": "名\u202e前"}, "並びを逆に見せる"),
            ({"password": "みじかい", "password_again": "みじかい"}, "短すぎます"),
            ({"password_again": "ほかの長いパスワードです"}, "一致しません"),
        ],
    )
    def test_bad_input_is_told_and_the_link_still_works(self, client, change, sentence):
        invitation = InvitationFactory()
        answer = client.post(link(invitation), TYPED | change)

        assert answer.status_code == 422
        assert sentence in answer.text
        assert PASSPHRASE not in answer.text
        assert client.post(link(invitation), TYPED).status_code == 302

    def test_a_signed_in_bystander_is_signed_out(self, client):
        client.force_login(person(Role.SECRETARIAT))
        client.post(link(InvitationFactory()), TYPED)

        assert SESSION_KEY not in client.session


class TestClosedLinks:
    @pytest.mark.parametrize(
        ("trait", "sentence"),
        [("expired", "有効期限が過ぎています"), ("withdrawn", "取り消されています")],
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_the_reason_is_told(self, client, method, trait, sentence):
        answer = getattr(client, method)(link(InvitationFactory(**{trait: True})), TYPED)

        assert answer.status_code == 410
        assert sentence in answer.text
        assert not User.objects.exists()

    @pytest.mark.parametrize("token", ["0" * 64, "x", "あ", "%00", "a" * 5000])
    def test_an_unknown_link_says_what_to_look_for(self, client, token):
        answer = client.get(f"/accounts/invitation/{token}/")

        assert answer.status_code == 404
        assert "リンクが途中で切れていないか" in answer.text


class TestFormerMember:
    @pytest.fixture
    def former(self):
        user = person(Role.CSP_EDITOR)
        user.set_password(PASSPHRASE)
        user.save()
        user.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
        return user

    def test_no_password_is_asked_and_nobody_is_signed_in(self, client, former):
        invitation = InvitationFactory(email=former.email)
        assert 'type="password"' not in client.get(link(invitation)).text
        client.post(link(invitation), {"password": "別のパスワードに変えたい"})

        former = User.objects.get(pk=former.pk)
        assert former.organisation == invitation.organisation
        assert former.check_password(PASSPHRASE)
        assert SESSION_KEY not in client.session

    def test_whoever_is_signed_in_already_stays_so(self, client, former):
        client.force_login(former)
        client.post(link(InvitationFactory(email=former.email)))

        assert client.session[SESSION_KEY] == str(former.pk)

    def test_a_member_of_another_organisation_is_told_why(self, client):
        elsewhere = person(Role.AUDIT_LEAD)
        answer = client.post(link(InvitationFactory(email=elsewhere.email)))

        assert answer.status_code == 422
        assert "同時に所属できる組織は1つです" in answer.text


class TestForgottenPassword:
    NEW = "忘れたので新しくしました2026"

    def test_the_link_of_the_mail_sets_a_new_password(self, client, mailoutbox):
        invitation = InvitationFactory()
        client.post(link(invitation), TYPED)
        mailoutbox.clear()
        client.post(reverse("account_reset_password"), {"email": invitation.email})

        (mail,) = mailoutbox
        assert mail.to == [invitation.email]
        path = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.body)[1]
        form = client.get(path, follow=True)
        target = form.redirect_chain[-1][0]
        answer = client.post(target, {"password1": self.NEW, "password2": self.NEW})

        assert answer.status_code == 302
        assert sign_in(client, invitation.email, PASSPHRASE) is None
        assert sign_in(client, invitation.email, self.NEW) is not None

    def test_a_stranger_learns_nothing_and_gets_no_mail(self, client, mailoutbox):
        UserFactory(email="known@example.jp")
        answers = [
            client.post(reverse("account_reset_password"), {"email": email})
            for email in ("known@example.jp", "unknown@example.jp")
        ]

        assert answers[0].url == answers[1].url
        assert "unknown@example.jp" not in [mail.to[0] for mail in mailoutbox]

    def test_nobody_signs_up_alone(self, client):
        answer = client.post(
            reverse("account_signup"), {"email": "a@example.jp", "password1": PASSPHRASE}
        )

        assert not User.objects.exists()
        assert answer.status_code == 200
