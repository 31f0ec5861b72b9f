"""Requests that no form of ours sends: doubled values, forged headers, odd methods, broken bodies."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core.jobs import run
from core.models import Job
from registrations.enums import DecisionState
from registrations.models import Vote
from tests.accounts.factories import person
from tests.declarations import builders
from tests.registrations.factories import case

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
LOGIN = "/accounts/login/"
JAPANESE_SENTENCE = "。"


def test_a_vote_that_says_both_is_no_vote(client, small_edition):
    reviewed = case(small_edition).apply().file().accept().review()
    proposal = reviewed.propose()
    client.force_login(reviewed.members[0])
    address = reverse("registrations:vote", args=[proposal.pk])
    once = f"version={proposal.proposal_version}&step=cast&reason=x"

    answer = client.post(address, f"{once}&vote=agree&vote=dissent", content_type=FORM)

    assert answer.status_code == 422
    assert "2回送られました" in answer.text
    proposal.refresh_from_db()
    assert (Vote.objects.count(), proposal.state) == (0, DecisionState.OPEN)


@pytest.mark.parametrize(
    "query", ["state=all&state=registered", "as_of=2026-01-01&as_of=2026-02-01"]
)
def test_a_question_that_says_two_things_is_told(client, query):
    answer = client.get(f"{reverse('public:list')}?{query}")
    assert answer.status_code == 422
    assert "2回送られました" in answer.text


@pytest.mark.parametrize("path", ["/", "/list/entries.json", "/healthz/", LOGIN])
@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "x"])
def test_unknown_methods_are_refused(client, path, method):
    assert client.generic(method, path).status_code == 405


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_changes_the_method(client, prepared, header):
    client.force_login(prepared.approver)
    address = reverse("registrations:withdraw", args=[prepared.application.pk])
    sent = {"version": prepared.application.row_version, "reason": "取下げ"}

    assert client.get(address, sent, headers={header: "POST"}).status_code == 200

    prepared.application.refresh_from_db()
    assert prepared.application.is_open


def test_a_forged_host_reaches_neither_mail_nor_redirect(client):
    user = person(Role.CSP_EDITOR)
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "203.0.113.9",
        "Forwarded": "host=evil.example",
    }

    answer = client.post("/accounts/password/reset/", {"email": user.email}, headers=forged)

    assert answer.status_code == 302
    for job in Job.objects.all():
        run(job.pk)
    letters = [f"{letter.subject}{letter.body}" for letter in mail.outbox]
    assert len(letters) == 1
    assert "evil" not in letters[0]
    assert "evil" not in answer.headers["Location"]
    assert "evil" not in client.get("/app/", headers=forged).headers["Location"]


def test_a_host_that_is_not_ours_is_refused_in_japanese(client):
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert JAPANESE_SENTENCE in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https:evil.example",
        "\\evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
    ],
)
def test_after_the_sign_in_nobody_is_sent_elsewhere(client, target):
    user = person(Role.CSP_EDITOR)
    user.set_password("見本のながいあいことば1")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sent = {"login": user.email, "password": "見本のながいあいことば1", "next": target}

    answer = client.post(LOGIN, sent)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/app/")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="x\r\n\r\ny',
        ),
        ("application/json", b'{"version": 1, "version": 2}'),
        ("application/json", b"[" * 1_000 + b"]" * 1_000),
        ("application/x-www-form-urlencoded; charset=shift_jis", b"version=1"),
        ("application/x-www-form-urlencoded; charset=no-such", b"version=1"),
        (FORM, b"version=1&" + b"a=1&" * 1_100),
        (FORM, b"note=" + b"%E3%81%82" * 700_000),
        (FORM, b"%00=%00&__proto__=1&version=%ff"),
    ],
)
def test_broken_bodies_are_a_clean_refusal(client, prepared, content_type, body):
    client.force_login(prepared.approver)
    address = reverse("registrations:file", args=[prepared.application.pk])

    answer = client.generic("POST", address, body, content_type)

    assert answer.status_code in (400, 413, 415, 422)
    assert JAPANESE_SENTENCE in answer.text
    prepared.application.refresh_from_db()
    assert prepared.application.filed_at is None


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/list/%00/",
        "/app/%00",
        "/app/services/%ff/",
        "/accounts/%0d%0aSet-Cookie:x=1/",
        "/list/..%2f..%2fetc/passwd",
        "/" + "a" * 9_000,
    ],
)
def test_odd_paths_are_not_found(client, path):
    client.force_login(person(Role.CSP_EDITOR))
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_a_token_of_another_session_opens_nothing(small_edition):
    members = builders.team()
    mine, theirs = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    for client, user in ((mine, members.editor), (theirs, members.approver)):
        client.force_login(user)
        client.get(reverse("declarations:service-create"))
    token = theirs.cookies[settings.CSRF_COOKIE_NAME].value
    answer = mine.post(
        reverse("declarations:service-create"), {"name": "みなと", "csrfmiddlewaretoken": token}
    )
    assert answer.status_code == 403
    assert JAPANESE_SENTENCE in answer.text
