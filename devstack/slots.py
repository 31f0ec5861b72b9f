"""State directories. A slot holds one database cluster and its company, for one run at a time.

Two locks guard a slot, and neither outlives the processes that hold it:

* the directory itself, held by ./run alone: it says whether a run is alive;
* the file `processes`, inherited by every child: it says whether anything of a run is alive. When a
  run was killed, the next one waits here until its servers are gone, and ends those that linger.
"""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devstack import locks
from devstack.checkout import Checkout
from devstack.console import RefusedError, say

TEST_SLOTS = 8
LINGER_SECONDS = 15
# Socket paths may have 107 bytes at most, so sockets live outside the checkout, wherever that is.
SOCKETS_PARENT = Path("/tmp")  # noqa: S108 -- only through mkdtemp
SOCKETS_PREFIX = "ismap-liu-"
RECORD = "run.json"


class Slot:
    """A claimed state directory. Made by `claim`, `claim_demo` or `claim_test`."""

    def __init__(self, directory: Path, processes: int) -> None:
        self.directory = directory
        self.processes = processes
        self.record = directory / RECORD
        self.sockets = directory / "sockets"

    @property
    def logs(self) -> Path:
        """Where the output of the children goes."""
        return make(self.directory / "logs")

    @property
    def media(self) -> Path:
        """Uploaded files and issued forms."""
        return make(self.directory / "media")

    def publish(self, **facts: Any) -> None:
        """Tell other runs about this one. Private: a database address may hold a password."""
        unfinished = self.record.with_suffix(".unfinished")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            json.dump({"process": os.getpid(), **facts}, file)
        unfinished.rename(self.record)

    def make_sockets(self) -> Path:
        """A short private directory for sockets, remembered by a link so that it can be cleared."""
        made = Path(tempfile.mkdtemp(prefix=SOCKETS_PREFIX, dir=SOCKETS_PARENT))
        self.sockets.symlink_to(made)
        return made

    def empty(self) -> None:
        """Remove everything in the slot; only its directory, which carries the lock, stays."""
        for entry in self.directory.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def clear_sockets(self) -> None:
        """Remove the directory that `make_sockets` has made, in this run or in a killed one."""
        if self.sockets.is_symlink():
            target = self.sockets.readlink()
            if target.parent == SOCKETS_PARENT and target.name.startswith(SOCKETS_PREFIX):
                shutil.rmtree(target, ignore_errors=True)
            self.sockets.unlink()


def make(directory: Path) -> Path:
    """Create the directory if it is not there, and return it."""
    directory.mkdir(exist_ok=True)
    return directory


def read_record(directory: Path) -> dict[str, Any]:
    """What the run that holds the slot told about itself; empty while it has not."""
    try:
        record: dict[str, Any] = json.loads((directory / RECORD).read_text())
    except FileNotFoundError:
        return {}
    return record


@contextmanager
def claim(directory: Path, **facts: Any) -> Iterator[Slot | None]:
    """Claim a slot for the length of a block, telling the facts; None when another run has it."""
    make(directory)
    lock = locks.open_directory(directory)
    try:
        if not locks.take_now(lock):
            yield None
            return
        processes = os.open(directory / "processes", os.O_RDWR | os.O_CREAT, 0o600)
        slot = Slot(directory, processes)
        try:
            slot.publish(**facts)
            outlast_killed_run(directory / "processes", processes)
            slot.clear_sockets()
            yield slot
        finally:
            slot.clear_sockets()
            slot.record.unlink(missing_ok=True)
            os.close(processes)
    finally:
        os.close(lock)


@contextmanager
def claim_test(checkout: Checkout) -> Iterator[Slot]:
    """The first free test slot: runs at the same time have a cluster each, so none need wait."""
    for number in range(1, TEST_SLOTS + 1):
        with claim(checkout.make_state() / f"test-{number}") as slot:
            if slot:
                yield slot
                return
    raise RefusedError(f"{TEST_SLOTS} test runs are going on already; wait for one to end.")


def outlast_killed_run(path: Path, descriptor: int) -> None:
    """Wait until the last process of a killed run is gone, and end those that do not go."""
    sentence = "Processes of a killed run are still ending; waiting for them."
    if locks.take(descriptor, sentence=sentence, seconds=LINGER_SECONDS):
        return
    for process in holders(path):
        say(f"Ending the left-over process {process}.")
        os.kill(process, signal.SIGKILL)
    if not locks.take(descriptor, sentence="Waiting for them.", seconds=LINGER_SECONDS):
        raise RefusedError(f"Processes of a killed run still use {path.parent}; end them first.")


def holders(path: Path) -> list[int]:
    """The other processes that have the file open."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = entry.readlink()
        except OSError:  # gone meanwhile, or not ours to look at
            continue
        if target == path:
            found.add(int(entry.parts[2]))
    return sorted(found - {os.getpid()})
