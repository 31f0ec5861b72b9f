"""Driver for the declaration editor: what a person sees and does, by role and text where possible."""

import re
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Locator, Page, expect

# Who writes declarations in the demo, and the service whose declaration is theirs to write.
EDITOR, DRAFTED = "佐伯 美咲", "みなと電子承認クラウド"
# What the editor says of itself when nothing waits.
SAVED = re.compile(r"^保存済み \d\d:\d\d$")


def sign_in(page: Page, base_url: str, person: str) -> None:
    """Enter as a demo person."""
    page.goto(urljoin(base_url, "/accounts/login/"))
    page.locator("button[name=person]").filter(has_text=person).click()
    page.wait_for_url("**/app/**")


def find_draft(page: Page, base_url: str) -> str:
    """Address of the declaration that the demo leaves to be written, for whoever of its provider is signed in."""
    page.goto(urljoin(base_url, "/app/services/"))
    page.get_by_role("link", name=DRAFTED).first.click()
    page.wait_for_url(re.compile(r"/app/services/[0-9a-f-]{36}/$"))
    (declaration,) = _links(page, r"/app/declarations/[0-9a-f-]{36}/$")
    return urljoin(base_url, declaration)


def _links(page: Page, pattern: str) -> list[str]:
    addresses = [link.get_attribute("href") or "" for link in page.locator("main a[href]").all()]
    return list(dict.fromkeys(address for address in addresses if re.search(pattern, address)))


class EditorPage:
    """One section of the editor in one tab, with everything that the browser complained about."""

    def __init__(self, context: BrowserContext, url: str, *, with_clock: bool = False):
        self.page = context.new_page()
        if with_clock:
            self.page.clock.install()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.url = url
        self.open()

    def _note(self, message) -> None:
        # A refused or failed request is reported by the browser itself; what matters is what the page makes of it.
        if "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self) -> None:
        """Load the section and wait until its script has taken over."""
        response = self.page.goto(self.url)
        assert response.status == 200
        expect(self.page.locator("select.adoption").first).to_be_enabled()

    def row(self, index: int) -> "Row":
        """The row at this place of the page."""
        number = self.page.locator("[data-row]").nth(index).get_attribute("data-row")
        return self.named(number)

    def named(self, number: str) -> "Row":
        """The row of this control."""
        return Row(self.page, number)

    @property
    def status(self) -> Locator:
        """The line that says how saving stands."""
        return self.page.locator("#save-status [data-save-text]")

    def count(self, filter_name: str) -> int:
        """The figure of a filter."""
        return int(self.page.locator(f"[data-filter-count={filter_name}]").inner_text())


class Row:
    """One detailed control."""

    def __init__(self, page: Page, number: str):
        self.page, self.number = page, number
        self.item = page.locator(f'[data-row="{number}"]')

    @property
    def choice(self) -> Locator:
        """The list with the adoption."""
        return self.item.locator("select.adoption")

    @property
    def toggle(self) -> Locator:
        """What opens and closes the panel."""
        return self.item.locator("[data-toggle]")

    def field(self, name: str) -> Locator:
        """A text of the panel."""
        return self.item.locator(f"[data-texts] [name={name}]")

    def open(self) -> "Row":
        """Open the panel."""
        self.toggle.click()
        expect(self.field("individual_control")).to_be_visible()
        return self

    @property
    def version(self) -> int:
        """The row version that the page knows."""
        return int(self.item.get_attribute("data-version"))

    @property
    def conflict(self) -> Locator:
        """The panel with both texts."""
        return self.item.locator("[data-conflict]")
