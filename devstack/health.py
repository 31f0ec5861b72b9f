"""Is the application ready, and is it really ours that answers?"""

import json
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from devstack.console import RefusedError

APPLICATION = "ismap-liu"
READY_SECONDS = 90
ANSWER_SECONDS = 5
POLL_SECONDS = 0.1
LARGEST_ANSWER = 10_000


class ForeignServerError(RefusedError):
    """Somebody answers at our address, but it is not the application that this run started."""


def wait_until_ready(url: str, instance: str, *, still_running: Callable[[], object]) -> None:
    """Ask until our own instance says that it serves; `still_running` raises when it has died."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        still_running()
        if serves(url, instance):
            return
        time.sleep(POLL_SECONDS)
    raise RefusedError(f"The application did not answer at {url} within {READY_SECONDS} s.")


def serves(url: str, instance: str) -> bool:
    """Whether our instance is there and serves. Degraded is enough: the first heartbeat is late."""
    answer = ask(f"{url}healthz/")
    if answer is None:
        return False
    status, body = answer
    try:
        facts = json.loads(body)
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or (facts.get("app"), facts.get("instance")) != (
        APPLICATION,
        instance,
    ):
        raise ForeignServerError(
            f"What answers at {url} (status {status}) is not the application that was just started."
            " Choose another address with BIND=host:port."
        )
    return status == 200


def ask(url: str) -> tuple[int, bytes] | None:
    """Status and body of one answer, past any proxy; None while nobody answers."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=ANSWER_SECONDS) as response:
            return response.status, response.read(LARGEST_ANSWER)
    except HTTPError as error:
        return error.code, error.read(LARGEST_ANSWER)
    except (OSError, HTTPException):
        return None
