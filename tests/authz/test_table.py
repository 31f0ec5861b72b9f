"""Every route, asked by every kind of person in every state that matters, against table.yaml.

The world (world.py) is built once; each change is undone. Whatever is not allowed by the table is denied: 404
as for an id that never was, byte for byte, 403 where it is known, the sign-in for strangers. A denied request writes
nothing. Every answer of the whole walk is searched for texts that its reader may not see (canaries.py) and for what its
headers promise (headers.py).
"""

import importlib

import pytest
from django.core import mail
from django.urls import clear_url_caches, reverse

import accounts.urls_public
import ismap_liu.urls
from accounts.enums import Role
from accounts.models import User
from core import jobs
from core.models import Job
from registrations.models import Decision
from tests.authz.audit_inputs import INPUTS
from tests.authz.canaries import TOKEN
from tests.authz.oracle import METHODS, TABLE, Row
from tests.authz.probe import Probe, undone
from tests.authz.world import unknown
from tests.test_consistency import routes

pytestmark = pytest.mark.django_db

# The one text that nobody may read now, beside comments that their authors have withdrawn.
OPEN_VOTE = "canary-c-open-vote"
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture(scope="module")
def probe(world):
    """One browser for each actor."""
    return Probe(world)


def walk(probe: Probe, row: Row) -> list[str]:
    """What is wrong with a route."""
    sent = INPUTS.get(row.name)
    return [problem for method in METHODS for problem in probe.walk(row, method, sent)]


def test_table_names_every_route_and_no_other():
    assert set(routes()) == set(TABLE.routes) | set(TABLE.allauth)


def test_every_form_belongs_to_a_route():
    acting = {name for name, row in TABLE.routes.items() if "POST" in row.methods}
    assert set(INPUTS) == acting


@pytest.mark.parametrize("name", TABLE.routes)
def test_route(name, probe):
    wrong = walk(probe, TABLE.routes[name])
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", TABLE.routes)
def test_other_methods_are_refused(name, probe):
    row = TABLE.routes[name]
    cell, actor = next(
        (cell, actor)
        for word in ("done", "ok")
        for cell in row.cells
        for actor, expected in cell.expected.items()
        if expected == word
    )
    path = reverse(name, kwargs=probe.parts(row, cell.state))
    others = [method for method in EVERY_METHOD if method not in row.methods]
    answers = {method: probe.send(actor, method, path).status for method in others}
    assert answers == dict.fromkeys(others, 405), f"as {actor}"


def test_every_canary_is_read_by_its_audience_and_by_nobody_else(probe, world):
    """A token that stands where nobody can read it would prove nothing by never being found."""
    for row in TABLE.routes.values():
        probe.walk(row, "GET")
        probe.read_the_rest(row)
    audiences, read = world.canaries.audiences, probe.read
    assert len(audiences) > 200
    unread = {token for token, audience in audiences.items() if not audience & read[token]}
    foreign = [token for token, readers in read.items() if readers - audiences.get(token, set())]
    withdrawn = {token for token in audiences if token.endswith("-withdrawn-comment")}
    assert (sorted(unread - {OPEN_VOTE} - withdrawn), foreign) == ([], [])
    assert {OPEN_VOTE} | withdrawn <= unread


def test_what_an_open_vote_says_is_read_once_the_proposal_is_closed(probe, world):
    decision = Decision.objects.get(pk=world.targets["decision"]["open"]["pk"])
    path = reverse("registrations:decision", args=[decision.application_id])
    with undone():
        world.vote(decision, world.people.spare["member"], agrees=True, reason="")
        assert OPEN_VOTE in probe.send("CM", "GET", path).tokens


def test_public_answers_are_the_same_for_everybody(probe, world):
    entry = reverse("public:entry", kwargs=world.targets["entry"]["listed"])
    never = reverse("public:entry", kwargs=unknown(world.targets["entry"]["listed"]))
    for path in (reverse("public:list"), reverse("public:csv"), entry, never):
        answers = {probe.send(actor, "GET", path).body for actor in ("AN", "NO", "CA", "SS")}
        assert len(answers) == 1, path


class TestForeignIds:
    """Two ids in an address, or one in a form: each is checked against the other."""

    @pytest.mark.parametrize(
        ("route", "about", "actor", "parents"),
        [
            ("declarations:evidence", "evidence", "CA", ("fixed", "draft")),
            ("declarations:evidence-remove", "evidence", "CE", ("draft",)),
            ("declarations:evidence-restore", "removed_evidence", "CE", ("draft",)),
            ("declarations:evidence-version", "library_version", "CA", ("fixed", "draft")),
            ("declarations:evidence-untie", "library_act", "CE", ("draft",)),
            ("declarations:batch", "batch", "CE", ("fixed", "draft")),
            ("declarations:comment-reply", "comment", "CE", ("fixed", "draft")),
            ("declarations:comment-withdraw", "comment", "CE", ("draft",)),
            ("declarations:thread-resolve", "comment", "CE", ("draft",)),
            ("declarations:thread-reopen", "resolved_thread", "CE", ("draft",)),
            ("declarations:batch-undo", "batch", "CE", ("draft",)),
            ("declarations:document-status", "declaration_paper", "CA", ("fixed",)),
            ("declarations:document-download", "declaration_paper", "CA", ("fixed",)),
            ("declarations:document-download", "declaration_paper", "SS", ("filed",)),
            ("declarations:document-retry", "declaration_paper", "CA", ("failed",)),
            ("declarations:workbook-import", "workbook", "CE", ("draft", "fixed")),
            ("declarations:workbook-discard", "workbook", "CE", ("draft",)),
            ("declarations:workbook-undo", "workbook", "CE", ("draft",)),
            ("registrations:paper_status", "application_paper", "CA", ("filed",)),
            ("registrations:paper_file", "application_paper", "CA", ("filed",)),
            ("registrations:paper_file", "application_paper", "SS", ("accepted",)),
            ("registrations:retry_paper", "application_paper", "CA", ("failed",)),
            ("audits:coverage_status", "coverage_paper", "AL", ("preparing",)),
            ("audits:coverage_file", "coverage_paper", "AL", ("preparing",)),
            ("audits:coverage_file", "coverage_paper", "CA", ("filed",)),
            ("audits:coverage_retry", "coverage_paper", "AL", ("failed",)),
            ("audits:paper_file", "audit_paper", "AL", ("report", "confirmation")),
            ("audits:snapshot_evidence", "frozen_evidence", "AL", ("fieldwork", "filed")),
            ("audits:team_end", "engagement_member", "AL", ("fieldwork", "filed")),
            ("audits:request_file", "request_file", "AL", ("provided", "filed")),
            ("audits:fieldwork_import", "test_import", "AL", ("ready", "filed")),
            ("audits:fieldwork_import_discard", "test_import", "AL", ("ready",)),
            ("audits:fieldwork_import_undo", "test_import", "AL", ("ready",)),
            ("audits:nonconformity_raise", "internal_item", "CA", ("running",)),
        ],
    )
    def test_child_of_another_parent_is_not_found(self, route, about, actor, parents, probe, world):
        targets, row = world.targets[about], TABLE.routes[route]
        method = row.cells[0].method
        for parent in parents:
            own = targets[parent]
            for state, other in targets.items():
                if other["pk"] == own["pk"]:
                    continue
                answer = probe.send(actor, method, reverse(route, kwargs=other | {"pk": own["pk"]}))
                assert (answer.word, answer.wrote) == ("hide", False), f"{parent} with {state}'s"

    @pytest.mark.parametrize(
        ("route", "state", "actor", "value"),
        [
            ("registrations:resubmit", "in_correction", "CA", {"declaration_id": "declaration.other_filed"}),
            ("registrations:resubmit", "in_correction", "CA", {"declaration_id": "declaration.draft"}),
            ("audits:commission", "fixed", "CA", {"firm": "organisation.unlisted"}),
            ("audits:commission", "fixed", "CA", {"firm": "organisation.other"}),
            ("audits:fieldwork_reviewed", "fieldwork", "AL", {"file": "file.other"}),
            ("audits:team_assign", "fieldwork", "AL", {"person": "AL2"}),
            ("audits:team_assign", "fieldwork", "AL", {"person": "CA"}),
            ("accounts:grant_role", "provider", "CA", {"person": "CE2"}),
            ("accounts:grant_role", "provider", "CA", {"person": "RM"}),
            ("accounts:grant_role", "provider", "ED", {"person": "ED"}),
            ("accounts:grant_role", "provider", "CA", {"role": "secretariat"}),
            ("accounts:grant_role", "committee", "SS", {"role": "system_admin"}),
            ("accounts:invite_person", "provider", "CA", {"roles": ["committee_member"]}),
            ("accounts:invite_person", "committee", "SS", {"roles": ["system_admin"]}),
            ("accounts:hand_over", "CE", "CA", {"person": "CA"}),
            ("accounts:hand_over", "CE", "CA", {"person": "CE2"}),
            ("accounts:appoint_deputy", "CA", "CA", {"person": "CA2"}),
            ("registrations:declare_conflict", "", "CM", {"organisation": "organisation.audit_body"}),
            ("declarations:declaration-create", "fixed", "CE", {"edition": "edition.draft"}),
            ("declarations:evidence-pick", "draft", "CE", {"version": "version.other"}),
            ("declarations:evidence-tie", "draft", "CE", {"declaration": "declaration.other_draft"}),
            ("declarations:evidence-tie", "draft", "CE", {"declaration": "declaration.fixed"}),
            ("declarations:evidence-keep", "", "CE", {"owner": "CE2"}),
            ("declarations:evidence-edit", "draft", "CE", {"owner": "CE2"}),
            ("audits:provide_evidence", "asked", "CE", {"versions": "version.other"}),
            ("declarations:comments", "draft", "CE", {"mentions": "CE2"}),
            ("declarations:comment-reply", "draft", "CE", {"mentions": "SS"}),
            ("audits:internal_auditors", "planned", "CA", {"person": "CE2"}),
            ("audits:nonconformity_answer", "open", "CE", {"owner": "SS"}),
        ],
    )  # fmt: skip
    def test_foreign_value_in_a_form_is_refused(self, route, state, actor, value, probe, world):
        row = TABLE.routes[route]
        parts = probe.parts(row, state)
        data = INPUTS[route](world, parts, actor) | {
            name: self._value(world, text) for name, text in value.items()
        }
        answer = probe.send(actor, "POST", reverse(route, kwargs=parts), data)
        assert (answer.status, answer.wrote, answer.problems) == (422, False, ())

    def _value(self, world, text):
        """An id of the world for what names one, else the text itself."""
        if isinstance(text, str) and "." in text:
            about, _dot, state = text.partition(".")
            return str(world.targets[about][state]["pk"])
        return str(world.people[text].pk) if text in TABLE.actors else text


def test_mails_tell_their_readers_nothing_foreign(world):
    people = world.people
    spare = {"approver": "CA", "lead": "AL", "secretary": "SS", "member": "CM", "voter": "CM"}
    # Builders make further members of the secretariat and leads of the firm, who are written to like the others.
    desk = User.objects.filter(memberships__role=Role.SECRETARIAT)
    leads = User.objects.filter(
        memberships__role=Role.AUDIT_LEAD, memberships__organisation=people["AL"].organisation
    )
    actors = dict.fromkeys(desk.values_list("email", flat=True), "SS")
    actors |= dict.fromkeys(leads.values_list("email", flat=True), "AL")
    actors |= {user.email: actor for actor, user in people.actors.items()}
    actors |= {user.email: spare[name] for name, user in people.spare.items()}
    for job in Job.objects.filter(queue="mail"):
        jobs.run(job.pk)
    assert len(mail.outbox) > 50
    for message in mail.outbox:
        # Invited people are nobody yet, and there is one member more than the table knows.
        actor = actors.get(message.to[0], "CM" if message.to[0].startswith("person") else "AN")
        tokens = {found.decode().lower() for found in TOKEN.findall(message.message().as_bytes())}
        tokens -= {f"canary-{name}-invited" for name in world.targets["invitation"]}
        assert not world.canaries.foreign(actor, tokens), message.subject


def test_deactivated_person_is_a_stranger_at_once(probe, world):
    with undone():
        User.objects.filter(pk=world.people["SS"].pk).update(is_active=False)
        assert probe.send("SS", "GET", reverse("registrations:queue")).word == "login"


class TestAllauth:
    PARTS = {
        "account_confirm_email": {"key": "x"},
        "account_reset_password_from_key": {"uidb36": "x", "key": "x-y"},
    }

    @pytest.mark.parametrize("name", TABLE.allauth)
    def test_strangers_open_only_what_leads_to_a_sign_in(self, name, probe):
        answer = probe.send("AN", "GET", reverse(name, kwargs=self.PARTS.get(name)))
        is_open = TABLE.allauth[name] == "open"
        assert answer.status in ((200, 302) if is_open else (302,))
        assert answer.word == "login" or is_open
        assert not answer.problems

    def test_nobody_signs_up(self, probe):
        count = User.objects.count()
        data = {"email": "new@example.jp", "password1": "みなとの朝は早く始まります2026"}
        answer = probe.send("AN", "POST", reverse("account_signup"), data)
        assert (answer.wrote, User.objects.count()) == (False, count)


class TestDemo:
    """What exists in the demo alone."""

    @pytest.fixture
    def in_demo(self, settings, tmp_path):
        """The demo's routes."""
        settings.EMAIL_FILE_PATH = str(tmp_path)
        settings.IS_DEMO = True
        self._read_routes_again()
        yield
        settings.IS_DEMO = False
        self._read_routes_again()

    def _read_routes_again(self):
        importlib.reload(accounts.urls_public)
        importlib.reload(ismap_liu.urls)
        clear_url_caches()

    @pytest.mark.usefixtures("in_demo")
    def test_demo_has_these_routes_more(self):
        assert set(routes()) == set(TABLE.routes) | set(TABLE.allauth) | set(TABLE.demo)

    @pytest.mark.usefixtures("in_demo")
    @pytest.mark.parametrize("name", TABLE.demo)
    def test_route(self, name, probe):
        wrong = walk(probe, TABLE.demo[name])
        assert not wrong, "\n" + "\n".join(wrong)

    @pytest.mark.parametrize("path", ["/styleguide/", "/app/demo/", "/accounts/demo-sign-in/"])
    def test_elsewhere_they_do_not_exist(self, path, probe):
        assert not set(routes()) & set(TABLE.demo)
        assert probe.send("SS", "GET", path).word == probe.send("SS", "POST", path).word == "hide"
