"""A browser window of somebody's own, which waits as long as a loaded machine needs: no test fails for being slow."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext

# Milliseconds, for whatever the page does; and for what a worker has to do first.
PATIENCE = 90_000
WORKER = 240_000


def new_window(chromium: Browser, **options: Any) -> BrowserContext:
    """A window in Japanese without cookies; `options` are those of `Browser.new_context`."""
    context = chromium.new_context(**{"locale": "ja-JP", **options})
    context.set_default_timeout(PATIENCE)
    return context
