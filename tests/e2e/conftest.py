"""One Chromium for all browser tests, against the running system of `./run e2e`."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.visitor import Visitor
from tests.e2e.window import PATIENCE, new_window

# Containers run the browser as root, which its sandbox refuses; nothing here may ask other hosts for anything.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Whatever is expected is waited for, and nothing is expected less.
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def base_url() -> str:
    """Where the system answers. Without it there is nothing to test: start by `./run e2e`."""
    return os.environ["E2E_BASE_URL"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that Debian ships."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("E2E_CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, base_url: str) -> Iterator[Callable[[str], Visitor]]:
    """`visit("佐伯 美咲")` is that demo person in a browser of his or her own; `visit("")` a stranger."""
    visitors: list[Visitor] = []

    def come(person: str) -> Visitor:
        visitor = Visitor(new_window(chromium), base_url, person)
        visitors.append(visitor)
        return visitor

    yield come
    for visitor in visitors:
        visitor.leave()
