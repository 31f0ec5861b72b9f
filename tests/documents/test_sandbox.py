"""The limited child: what comes back, what it may not use, what is told when it fails."""

import json
import os
import time
from typing import Any

import pytest

from core.exceptions import DomainError
from documents.sandbox import SandboxError, run_limited

LIMITS = {"memory_mb": 300, "cpu_seconds": 5, "wall_seconds": 20}


def run(name: str, payload: bytes = b"", **changes: Any) -> bytes:
    return run_limited(f"tests.documents.sandboxed:{name}", payload, **(LIMITS | changes))


def refused(name: str, payload: bytes = b"", **changes: int) -> SandboxError:
    with pytest.raises(SandboxError) as refusal:
        run(name, payload, **changes)
    assert isinstance(refusal.value, DomainError)
    assert str(refusal.value).endswith("ください。")
    return refusal.value


def test_bytes_come_back_without_what_was_printed():
    payload = bytes(range(256)) * 40_000

    assert run("echo", payload) == payload


def test_the_child_has_its_limits_and_nothing_of_ours(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "nobody's business")
    inherited = os.open(".", os.O_RDONLY)
    try:
        os.set_inheritable(inherited, True)
        seen = json.loads(run("surroundings"))
    finally:
        os.close(inherited)

    assert not {"SECRET_KEY", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"} & set(seen["environment"])
    # Its three files, the result, the notes, and the listing itself.
    assert seen["files"] == 6
    assert (seen["cpu"], seen["memory"]) == (5, 300 * 1024 * 1024)


def test_what_the_child_notes_is_heard():
    heard = []

    run("count", on_note=heard.append)

    assert heard == ["0", "1", "2"]


def test_more_memory_than_allowed_is_refused():
    assert refused("hoard").reason == "memory"


def test_an_allocator_that_aborts_counts_as_memory():
    assert refused("abort_for_memory").reason == "memory"


def test_more_cpu_than_allowed_is_refused():
    assert refused("spin", cpu_seconds=1).reason == "cpu"


def test_waiting_longer_than_allowed_is_refused():
    started = time.monotonic()

    assert refused("sleep", wall_seconds=1).reason == "wall"
    assert time.monotonic() - started < 30


def test_a_crash_is_told_and_logged_without_the_payload(caplog):
    assert refused("stumble", b"secret text").reason == "crash"
    assert "ValueError" in caplog.text
    assert "secret text" not in caplog.text


@pytest.mark.parametrize("name", ["abort", "no_such_function"])
def test_any_other_end_is_a_crash(name):
    assert refused(name).reason == "crash"
