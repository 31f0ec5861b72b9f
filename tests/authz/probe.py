"""Asks the real application as one actor and says in the table's words what came back.

Every answer is searched for what it may never hold: writes by whoever was denied, foreign canaries, a policy of the
wrong kind, a cookie on a public page. Such findings come back as problems.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

from tests.authz.canaries import tokens_in
from tests.authz.headers import normalised, wrong_headers
from tests.authz.oracle import NEVER, STRANGER, Cell, Row
from tests.authz.world import Target, World, unknown

CHANGE = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session")', re.IGNORECASE)
REACHED = (409, 422)
DENIED = ("hide", "refuse", "login")

Input = Callable[[World, Target, str], dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """What came back, in words and as bytes."""

    word: str
    status: int
    body: bytes
    headers: dict[str, str]
    tokens: frozenset[str]
    wrote: bool
    problems: tuple[str, ...]


class Browser(RequestFactory):
    """A test client that keeps nothing: no copy of every template's context, which costs more than the request."""

    handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        """The application's answer."""
        return self.handler(self._base_environ(**request))


@dataclass
class Probe:
    """One browser for each actor, signed in once."""

    world: World
    browsers: dict[str, Browser] = field(default_factory=dict)
    unknowns: dict[tuple[str, str, str], Answer] = field(default_factory=dict)
    read: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    walked: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.browsers[STRANGER] = Browser()
        for actor, person in self.world.people.actors.items():
            client = Client()
            client.force_login(person)
            self.browsers[actor] = Browser()
            self.browsers[actor].cookies = client.cookies

    def walk(self, row: Row, method: str, sent: Input | None = None) -> list[str]:
        """Everything that is wrong with one method of a route, asked once: every cell, every actor."""
        key = (row.name, method)
        if key not in self.walked:
            self.walked[key] = [
                problem
                for cell in row.cells
                if cell.method == method
                for actor in row.asked(cell)
                for problem in self.check(row, cell, actor, sent)
            ]
        return self.walked[key]

    def check(self, row: Row, cell: Cell, actor: str, sent: Input | None) -> Iterator[str]:
        """Ask, with the complete form where the route takes one; yield what is wrong.

        An empty form goes out too where the first look of a view can be wrong: in the first state, and for `bar`.
        """
        expected = cell.expected[actor]
        answers = []
        takes_form = sent and cell.method == "POST" and cell.state != NEVER
        if not takes_form or expected == "bar" or cell is row.first(cell.method):
            answers.append((" empty", self.ask(row, cell, actor, {}), _without_input(expected)))
        if takes_form and sent:
            data = sent(self.world, self.parts(row, cell.state), actor)
            answers.append(("", self.ask(row, cell, actor, data), expected))
        for how, answer, wanted in answers:
            for problem in _problems(answer, wanted):
                state = f" [{cell.state}]" if cell.state else ""
                yield f"{actor} {cell.method} {row.name}{state}{how}: {problem}"

    def parts(self, row: Row, state: str) -> Target:
        """What the address needs."""
        if not row.object:
            return row.parts
        targets = self.world.targets[row.object]
        parts = unknown(next(iter(targets.values()))) if state == NEVER else targets[state]
        return parts | row.parts

    def ask(self, row: Row, cell: Cell, actor: str, data: dict[str, Any]) -> Answer:
        """One request; what it changes is undone."""
        answer = self.send(
            actor, cell.method, reverse(row.name, kwargs=self.parts(row, cell.state)), data
        )
        # Only what these rows ask for by GET counts, so that it is the same in any order of the tests.
        for token in answer.tokens if cell.method == "GET" else ():
            self.read[token].add(actor)
        if answer.word == "hide" and row.object:
            never = self._unknown(row, cell, actor)
            if (never.body, never.headers) != (answer.body, answer.headers):
                return _with_word(answer, "404 unlike that of an unknown id")
        return answer

    def read_the_rest(self, row: Row) -> None:
        """Open what the row is about in the states that it does not name, as the editor to whom it belongs.

        What is open to strangers belongs to nobody: an invitation is for whoever holds its link.
        """
        cells = [cell for cell in row.cells if cell.method == "GET"]
        named = {cell.state for cell in cells}
        if cells and cells[0].expected[STRANGER] != "ok":
            for state in self.world.targets.get(row.object, {}).keys() - named:
                owner = "CE2" if state.startswith("other") else "CE"
                self.ask(row, Cell("GET", state, {}), owner, {})

    def _unknown(self, row: Row, cell: Cell, actor: str) -> Answer:
        """The answer for an id that never was, asked once for each actor."""
        key = (row.name, cell.method, actor)
        if key not in self.unknowns:
            path = reverse(row.name, kwargs=self.parts(row, NEVER))
            self.unknowns[key] = self.send(actor, cell.method, path, {})
        return self.unknowns[key]

    def send(
        self, actor: str, method: str, path: str, data: dict[str, Any] | None = None
    ) -> Answer:
        """One request by path."""
        browser = self.browsers[actor]
        with undone() if method == "POST" else nullcontext(), changes() as changed:
            if method in ("GET", "POST"):
                response = getattr(browser, method.lower())(path, data or {})
            else:
                response = browser.generic(method, path)
            body = _body(response)
        tokens = tokens_in(body, response)
        problems = [f"reads {token}" for token in self.world.canaries.foreign(actor, tokens)]
        problems += wrong_headers(path, response)
        if method == "GET" and changed:
            problems.append(f"a GET writes: {changed[0]}")
        return Answer(
            word=_word(response),
            status=response.status_code,
            body=normalised(body, response),
            headers={name: normalised_header(name, value) for name, value in response.items()},
            tokens=frozenset(tokens),
            wrote=bool(changed),
            problems=tuple(problems),
        )


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def changes() -> Iterator[list[str]]:
    """The statements inside that change rows of ours; sessions do not count."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if CHANGE.match(sql):
            found.append(sql[:80])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def normalised_header(name: str, value: str) -> str:
    """A header without what is new in every answer."""
    return re.sub(r"'nonce-[^']+'", "'nonce-x'", value) if "Security-Policy" in name else value


def _without_input(expected: str) -> str:
    return "ok" if expected in ("bar", "done") else expected


def _problems(answer: Answer, expected: str) -> Iterator[str]:
    wanted = {"done": "ok", "bar": "refuse"}.get(expected, expected)
    if answer.word != wanted:
        yield f"expected {expected}, got {answer.word} ({answer.status})"
    elif answer.wrote and wanted in DENIED:
        yield f"{wanted}, and yet something was written"
    elif expected == "done" and not answer.wrote:
        yield "expected done, and nothing was written"
    yield from answer.problems


def _with_word(answer: Answer, word: str) -> Answer:
    return Answer(**{**vars(answer), "word": word})


def _word(response: HttpResponseBase) -> str:
    status = response.status_code
    if status in (301, 302, 303, 307, 308):
        is_login = response["Location"].startswith(reverse("account_login"))
        return "login" if is_login else "ok"
    if 200 <= status < 300 or status in REACHED:
        return "ok"
    return {403: "refuse", 404: "hide"}.get(status, str(status))


def _body(response: Any) -> bytes:
    return response.getvalue() if response.streaming else response.content
