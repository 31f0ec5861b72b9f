"""A person in a browser: opens pages, fills in forms, and looks at every page with a critical eye."""

import os
from pathlib import Path
from re import Pattern
from urllib.parse import urljoin, urlparse

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

# Pictures of every page looked at, for people. CI takes none: nobody looks at them there, and drawing a page of
# thousands of pixels is slow and proves nothing.
SHOTS = Path(__file__).parent / "shots"
TAKES_PICTURES = not os.environ.get("CI")
WIDTHS = {1440: 900, 390: 844}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
# Rows outside the window are not laid out by the browser and cannot be judged by colour.
DRAW_EVERYTHING = """document.querySelectorAll('.control, .overview').forEach(
    part => { part.style.contentVisibility = 'visible' })"""


class Visitor:
    """One browser context, signed in as a demo person or as nobody."""

    def __init__(self, context: BrowserContext, base_url: str, person: str):
        self.base_url = base_url
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if person:
            self.sign_in(person)

    def sign_in(self, person: str) -> None:
        """Press the button of a demo person."""
        self.open("/accounts/login/")
        self.page.get_by_role("button", name=person).click()
        self.page.wait_for_url("**/app/**")

    @property
    def path(self) -> str:
        """The address that the person is at, without the host."""
        return urlparse(self.page.url).path

    def open(self, path: str) -> None:
        """Open a page, which must answer 200."""
        answer = self.page.goto(urljoin(self.base_url, path))
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def go(self, link: str | Pattern[str]) -> None:
        """Follow a link by its text."""
        self.page.get_by_role("link", name=link).first.click()

    def press(self, button: str) -> None:
        """Press a button by its text."""
        self.page.get_by_role("button", name=button).first.click()

    def send(self) -> None:
        """Press the last button of the form, and be led on to another page."""
        before = self.page.url
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_url(lambda url: url != before)

    def fill(self, **texts: str) -> None:
        """Fill in fields by their names."""
        for name, text in texts.items():
            self.page.locator(f"[name={name}]").first.fill(text)

    def choose(self, label: str) -> None:
        """Tick a box or a choice by its text."""
        self.page.get_by_label(label, exact=False).first.check()

    def sees(self, text: str, *, timeout: float | None = None) -> Locator:
        """Wait until this text is on the page; what a worker has to do first takes `window.WORKER`."""
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible(timeout=timeout)
        return found

    def look(self, name: str) -> None:
        """The page is accessible, fits, and made nobody complain, wide and narrow."""
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate(DRAW_EVERYTHING)
            if TAKES_PICTURES:
                self.page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
            wider = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, f"{name} is {wider}px too wide at {width}px"
            expect(self.page.locator("h1").first).to_be_visible()
            found = Axe().run(self.page, options=AXE)
            assert found.violations_count == 0, f"{name} at {width}px: {found.generate_report()}"
        self.page.set_viewport_size({"width": 1440, "height": 900})
        assert self.complaints == [], f"{name}: {self.complaints}"

    def leave(self) -> None:
        """Close the browser window."""
        self.context.close()

    def _note(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
