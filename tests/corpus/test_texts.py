"""The whole corpus of texts through the real doors: statement, service, application, search."""

import html
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from core.normalise import search_key
from declarations.models import CloudService, Statement
from registrations.enums import ApplicationState
from registrations.models import Application
from tests.corpus.texts import EMPTY, KEPT, corpus
from tests.declarations import builders

pytestmark = pytest.mark.django_db

CORPUS = corpus()
NUMBER = "9.2.3.2"
FORM = "application/x-www-form-urlencoded"


def send(client, address: str, **fields):
    """Post texts or raw bytes as a browser's form does."""
    return client.post(address, urlencode(fields), content_type=FORM)


def test_statements_keep_or_refuse_every_text(client, small_edition):
    members = builders.team()
    draft = builders.draft(members, small_edition)
    client.force_login(members.editor)
    address = reverse("declarations:statement", args=[draft.pk, NUMBER])
    became = {}
    for name, entry in CORPUS.items():
        before = Statement.objects.get(declaration=draft, control__number=NUMBER)
        answer = send(
            client, address, version=before.row_version, individual_control=entry.sent,
            reason="残る理由",
        )  # fmt: skip
        after = Statement.objects.get(pk=before.pk)
        if answer.status_code == 302:
            became[name] = after.individual_control
            continue
        assert (answer.status_code, entry.sentence in answer.text) == (422, True), name
        assert after.row_version == before.row_version, name
        assert "残る理由" in answer.text, name
        became[name] = None
    assert became == {name: entry.lines for name, entry in CORPUS.items()}


@pytest.mark.parametrize(("field", "side"), [("overview", "lines"), ("name", "line")])
def test_services_keep_or_refuse_every_text(client, field, side):
    members = builders.team()
    service = builders.service_of(members)
    client.force_login(members.editor)
    address = reverse("declarations:service-edit", args=[service.pk])
    facts = {name: value for name, value in builders.FACTS.items() if name != "target_businesses"}
    became = {}
    for name, entry in CORPUS.items():
        before = CloudService.objects.get(pk=service.pk)
        answer = send(client, address, **facts | {"version": before.row_version, field: entry.sent})
        after = CloudService.objects.get(pk=service.pk)
        if answer.status_code == 302:
            became[name] = getattr(after, field)
            page = client.get(service.get_absolute_url())
            assert html.escape(became[name].splitlines()[0]) in page.text, name
            continue
        assert (answer.status_code, entry.sentence in answer.text) == (422, True), name
        assert after.row_version == before.row_version, name
        assert facts["governing_law"] in answer.text, name
        became[name] = None
    assert became == {name: getattr(entry, side) for name, entry in CORPUS.items()}


@pytest.mark.parametrize("sent", EMPTY.values(), ids=EMPTY)
def test_what_nobody_can_see_does_not_name_a_service(client, sent):
    members = builders.team()
    service = builders.service_of(members)
    client.force_login(members.editor)
    facts = {name: value for name, value in builders.FACTS.items() if name != "target_businesses"}
    address = reverse("declarations:service-edit", args=[service.pk])
    answer = send(client, address, **facts | {"version": 1, "name": sent})
    assert answer.status_code == 422
    assert "サービス名：入力してください。" in answer.text


def test_an_application_refuses_bad_notes_and_files_all_good_ones(client, prepared):
    client.force_login(prepared.approver)
    address = reverse("registrations:file", args=[prepared.application.pk])
    seen = {"version": prepared.application.row_version, "confirmed": "on"}
    for name, entry in CORPUS.items():
        if entry.lines is None:
            answer = send(client, address, note=entry.sent, **seen)
            assert (answer.status_code, entry.sentence in answer.text) == (422, True), name
    assert Application.objects.get().state == ApplicationState.PREPARING

    note = "\n".join(entry.lines for entry in CORPUS.values() if entry.lines is not None)
    assert send(client, address, note=note, **seen).status_code == 302
    filed = Application.objects.get()
    assert (filed.state, filed.note) == (ApplicationState.FILED, note)
    client.force_login(prepared.secretary)
    page = client.get(filed.get_absolute_url())
    assert html.escape(KEPT["markup"]) in page.text


@pytest.mark.parametrize("name", ["public:list", "public:json", "public:csv"])
def test_any_text_may_be_searched(client, name):
    for label, entry in CORPUS.items():
        if len(entry.sent) < 8_000:
            answer = client.get(f"{reverse(name)}?{urlencode({'q': entry.sent})}")
            assert answer.status_code in (200, 400, 422), label


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("ｶﾞｷﾞｸﾞ", "ガギグ"),
        ("か\u3099", "が"),
        ("㈱①㋿㎡", "(株)1令和m2"),
        ("\ufa19", "\u795e"),
        ("葛\U000e0100", "葛"),
        ("a\u0085b\u00a0c\u00add", "abcd"),
        ("前\ufeff後", "前後"),
        ("みなと～港〜", "みなと-港-"),
        ("スーパー－−‐", "ス-パ----"),
        ("e\u0301", "é"),
    ],
)
def test_spellings_of_one_name_meet_in_a_search(written, searched):
    assert search_key(written) == search_key(searched)
