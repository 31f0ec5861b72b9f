"""Locks of the operating system: they end with the last process that holds them, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.console import say

POLL_SECONDS = 0.1


def open_directory(path: Path) -> int:
    """A descriptor to lock: the directory itself, so that no lock file is left lying about."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def take_now(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free this moment; say whether it is ours."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def release(descriptor: int) -> None:
    """Give the lock up, but keep the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def take(
    descriptor: int, *, sentence: str, shared: bool = False, seconds: float = float("inf")
) -> bool:
    """Wait up to `seconds` for the lock, saying `sentence` once if it is not free at once."""
    if take_now(descriptor, shared=shared):
        return True
    say(sentence)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        if take_now(descriptor, shared=shared):
            return True
    return False


@contextmanager
def directory(path: Path, *, sentence: str) -> Iterator[None]:
    """Hold the exclusive lock of a directory for the length of a block."""
    descriptor = open_directory(path)
    try:
        take(descriptor, sentence=sentence)
        yield
    finally:
        os.close(descriptor)
