"""Every page, as somebody who may see it, wide and narrow: accessible, fitting, and quiet (`Visitor.look`)."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlparse

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Browser

from tests.authz.oracle import TABLE
from tests.e2e.pages import (
    APPROVER,
    ASKED,
    EDITOR,
    LOOKED_AT_ELSEWHERE,
    MEMBER,
    NO_PAGES,
    ON_THE_WAY,
    PAGES,
    SECRETARY,
    STRANGER,
    Page,
)
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window
from tests.test_consistency import routes

LINKS = """[...document.querySelectorAll("a[href]")]
    .filter(link => link.origin === location.origin)
    .map(link => [link.pathname, (link.closest("tr, li, article") || link).textContent])"""
# The browser's own line about a page that is not there.
NOT_LOADED = re.compile("Failed to load resource: the server responded with a status of 40[34]")
Come = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def come(chromium: Browser, base_url: str) -> Iterator[Come]:
    """One browser for each person, signed in once."""
    visitors: dict[str, Visitor] = {}

    def visitor(person: str) -> Visitor:
        if person not in visitors:
            visitors[person] = Visitor(new_window(chromium), base_url, person)
        visitors[person].complaints.clear()
        return visitors[person]

    yield visitor
    for one in visitors.values():
        one.leave()


def answers_get(name: str) -> bool:
    """What the authorization table says of a route; the routes of the sign-in all answer GET."""
    row = (TABLE.routes | TABLE.demo).get(name)
    return row is None or "GET" in row.methods


def address_of(page: Page, come: Come) -> str:
    """Where a page is, found by the links of the page before it."""
    if not page.on:
        return reverse(page.route, kwargs=page.parts)
    before = address_of(_before(page), come)
    if page.parts is not None:
        return reverse(page.route, kwargs=resolve(before).kwargs | page.parts)
    return link(come(page.by or page.person), before, page.route, page.about)


def link(visitor: Visitor, before: str, route: str, about: str = "") -> str:
    """Where the first link to this route leads that stands beside this text."""
    visitor.open(before)
    for path, text in visitor.page.evaluate(LINKS):
        if about in text and resolve(path).view_name == route:
            return path
    raise AssertionError(f"nothing on {before} leads to {route}")


def _before(page: Page) -> Page:
    """The page that leads there, as the same person sees it; else as whoever it is listed with."""
    same = [one for one in PAGES if one.route == page.on]
    person = page.by or page.person
    own = [one for one in same if one.person == person]
    return (own or same or [Page(page.on, person)])[0]


def test_every_page_has_a_line():
    """A new route that answers GET stands in PAGES, in ON_THE_WAY with the act that leads there, with another test that
    looks at it, or is no page."""
    listed = [
        *{page.route for page in PAGES},
        *ON_THE_WAY,
        *LOOKED_AT_ELSEWHERE,
        *NO_PAGES,
    ]
    assert sorted(listed) == sorted(name for name in routes() if answers_get(name))


def look_at(visitor: Visitor, route: str, address: str, shot: str) -> None:
    """The page answers 200, is that of the route, and passes `Visitor.look`."""
    visitor.open(address)
    assert resolve(urlparse(visitor.page.url).path).view_name == route
    visitor.look(_shot(route, shot))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.route} {page.person}")
def test_page(page, come):
    address = address_of(page, come)
    look_at(come(page.person), page.route, address, page.person)


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        (STRANGER, "/nowhere/", 404),
        (STRANGER, "/list/00000000-0000-4000-8000-000000000000/", 404),
        (EDITOR, "/app/nowhere/", 404),
        (EDITOR, "/app/review/", 403),
    ],
)
def test_page_that_is_refused(person, path, status, come):
    visitor = come(person)
    answer = visitor.page.goto(f"{visitor.base_url}{path}")
    assert answer.status == status
    visitor.complaints[:] = [text for text in visitor.complaints if not NOT_LOADED.match(text)]
    visitor.look(_shot(f"refused-{status}{path}", person))


def _shot(name: str, person: str) -> str:
    return re.sub(r"[:/]+", "-", f"page-{name}-{person or '公衆'}".replace(" ", ""))


class Walk:
    """Acts that lead to the pages which exist only while something is under way. `seen` are those looked at."""

    def __init__(self, come: Come):
        self.come = come
        self.seen: set[str] = set()

    def invitation(self) -> None:
        """An invitation, opened by the link in its mail."""
        approver = self.come(APPROVER)
        approver.open(
            address_of(Page("accounts:invite_person", APPROVER, "accounts:members"), self.come)
        )
        approver.fill(email="shinjin@minato.example.jp")
        approver.page.locator("[name=roles]").first.check()
        approver.send()
        approver.open(reverse("demo:tools"))
        letter = approver.page.locator("a[href*='/invitation/']").first
        for _try in range(60):  # until the worker has sent the mail
            if letter.count():
                break
            approver.page.wait_for_timeout(500)
            approver.page.reload()
        invitation = link(approver, reverse("demo:tools"), "invitations:accept")
        self._look(self.come(STRANGER), "invitations:accept", invitation)

    def parameter(self) -> None:
        """A value of a parameter that is proposed."""
        secretary, member = self.come(SECRETARY), self.come(MEMBER)
        parameters, name = reverse("controls:parameters"), "inquiry_response_due_days"
        parameter = link(secretary, parameters, "controls:parameter", name)
        secretary.open(link(secretary, parameter, "controls:propose_parameter"))
        secretary.fill(in_force_from=date.today().isoformat(), source="見本の通知", reason="見本")
        secretary.page.locator("[name=status]").first.check()
        secretary.send()
        for act in ("controls:publish_parameter", "controls:withdraw_parameter"):
            self._look(member, act, link(member, parameter, act))

    def conflict(self) -> None:
        """A conflict of interest that is declared."""
        member = self.come(MEMBER)
        member.open(reverse("registrations:declare_conflict"))
        member.page.locator("[name=organisation]").select_option(
            label="しらかば記録サービス株式会社"
        )
        member.fill(reason="過去2年以内に、この事業者から業務を受託していました。")
        member.send()
        end = link(member, reverse("registrations:conflicts"), "registrations:end_conflict")
        self._look(member, "registrations:end_conflict", end)

    def application(self) -> None:
        """The demo's open inquiry is answered; withdrawn and filed again, the application goes on to another review."""
        asked, secretary = self.come(ASKED), self.come(SECRETARY)
        first = link(asked, reverse("registrations:applications"), "registrations:application")
        kwargs = resolve(first).kwargs
        self._act(asked, "answer", kwargs, answer="見本の回答")
        self._act(asked, "withdraw", kwargs, reason="記載を改めて申請し直すため。")
        services = reverse("declarations:services")
        service = link(asked, services, "declarations:service", "しらかば議事録")
        declaration = link(asked, service, "declarations:declaration")
        self._act(asked, "begin", resolve(declaration).kwargs)
        kwargs = resolve(urlparse(asked.page.url).path).kwargs
        self._act(asked, "file", kwargs)
        self._act(secretary, "correction", kwargs, question="見本の指摘")
        self._act(asked, "resubmit", kwargs, answer="見本の補正")
        self._act(secretary, "accept", kwargs)
        self._act(secretary, "start_review", kwargs)

    def _act(self, visitor: Visitor, act: str, kwargs: dict[str, Any], **texts: str) -> None:
        """Look at the page of an act, fill in its form and send it."""
        route = f"registrations:{act}"
        self._look(visitor, route, reverse(route, kwargs=kwargs))
        visitor.fill(**texts)
        for box in visitor.page.locator("[name=confirmed]").all():
            box.check()
        visitor.send()

    def _look(self, visitor: Visitor, route: str, address: str) -> None:
        look_at(visitor, route, address, "途中")
        self.seen.add(route)


def test_pages_on_the_way(come):
    walk = Walk(come)
    walk.invitation()
    walk.parameter()
    walk.conflict()
    walk.application()
    assert walk.seen >= ON_THE_WAY
