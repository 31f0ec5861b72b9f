"""Work on bytes that may be hostile or huge, in a fresh child process that may not use more than it is given.

The child inherits no connection, no open file and no secret: it starts from a few variables of the environment and
without Django's settings. It reads its payload from a file and leaves its result in another, so neither side can block
the other.
"""

import logging
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

log = logging.getLogger(__name__)

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_DATA_HOME", "LD_LIBRARY_PATH")
_CHILD = "from documents.sandbox import work; work()"
_MEMORY_EXIT = 71
_LOOK_SECONDS = 0.5
_NOTES_AT_ONCE = 64 * 1024
_NOTES: list[int] = []  # in the child: where its notes go
# What the allocators of C++ and Rust say before they abort.
_ALLOCATION_FAILED = (b"bad_alloc", b"memory allocation of")
_TAIL = 4000
_SENTENCES: dict[str, Promise] = {
    "memory": _(
        "処理に使うメモリーが上限を超えたため、中止しました。内容を減らすか分けてから、やり直してください。"
    ),
    "cpu": _(
        "処理に時間がかかりすぎるため、中止しました。内容を減らすか分けてから、やり直してください。"
    ),
    "wall": _("時間内に終わらなかったため、中止しました。しばらくしてから、やり直してください。"),
    "crash": _(
        "内部の不具合で処理できませんでした。やり直しても続くときは、事務局に連絡してください。"
    ),
}


class SandboxError(DomainError):
    """The child gave no result. `reason` is "memory", "cpu", "wall" (time by the clock) or "crash"."""

    def __init__(self, reason: str):
        super().__init__(_SENTENCES[reason])
        self.reason = reason


def run_limited(
    target: str,
    payload: bytes,
    *,
    memory_mb: int,
    cpu_seconds: int,
    wall_seconds: int,
    on_note: Callable[[str], None] | None = None,
) -> bytes:
    """What the function `target` ("package.module:function", bytes to bytes) makes of `payload`.

    The function has no settings and no database: it returns its findings as data and leaves sentences to the caller.
    An exception of it is a "crash" (SandboxError); its type and place are logged, its message, which may quote the
    payload, is not. `memory_mb` bounds the address space of the child, so an empty Python already takes some of it.
    `on_note` hears what the function tells by `note` while it works.
    """
    limits = [str(number) for number in (memory_mb, cpu_seconds, wall_seconds)]
    with (
        TemporaryFile() as given, TemporaryFile() as result,
        TemporaryFile() as complaints, TemporaryFile() as notes,
    ):  # fmt: skip
        given.write(payload)
        given.seek(0)
        child = subprocess.Popen(  # noqa: S603 -- our own interpreter with our own code
            [sys.executable, "-c", _CHILD, target, *limits, str(notes.fileno())],
            pass_fds=[notes.fileno()],
            stdin=given,
            stdout=result,
            stderr=complaints,
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},
            start_new_session=True,
        )
        heard = _Notes(notes, on_note)
        reason = _reason(_ended(child, wall_seconds, heard), complaints)
        heard.look()
        if reason:
            log.error("%s ended by %s: %s", target, reason, _tail(complaints))
            raise SandboxError(reason)
        result.seek(0)
        return result.read()


def note(text: str) -> None:
    """Tell the parent one line, from inside the function that it has run. Elsewhere nobody hears it."""
    if _NOTES:
        os.write(_NOTES[0], f"{text}\n".encode())


class _Notes:
    """What the child tells by `note`. It writes at the place of the shared file; we read at one of our own."""

    def __init__(self, file: IO[bytes], hear: Callable[[str], None] | None):
        self.file, self.hear, self.place = file, hear, 0

    def look(self) -> None:
        """Hand on the lines that are new."""
        new = os.pread(self.file.fileno(), _NOTES_AT_ONCE, self.place)
        lines = new[: new.rfind(b"\n") + 1]
        self.place += len(lines)
        if self.hear:
            for line in lines.decode().splitlines():
                self.hear(line)


def _ended(child: subprocess.Popen, wall_seconds: int, notes: _Notes) -> int:
    """The return code of the child, which does not outlive the wait, whatever interrupts it."""
    end = time.monotonic() + wall_seconds
    try:
        while (rest := end - time.monotonic()) > 0:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(timeout=min(rest, _LOOK_SECONDS))
            notes.look()
        return -signal.SIGALRM
    finally:
        child.kill()
        child.wait()


def _reason(code: int, complaints: IO[bytes]) -> str:
    """Why there is no result; empty when there is one. SIGKILL comes from the kernel when the machine has no memory."""
    if code in (_MEMORY_EXIT, -signal.SIGKILL):
        return "memory"
    if code == -signal.SIGABRT and any(words in _tail(complaints) for words in _ALLOCATION_FAILED):
        return "memory"
    if code == -signal.SIGXCPU:
        return "cpu"
    if code == -signal.SIGALRM:
        return "wall"
    return "crash" if code else ""


def _tail(complaints: IO[bytes]) -> bytes:
    complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _TAIL))
    return complaints.read()


def work() -> None:
    """The child: take the limits, then import the function, run it and leave its result where stdout was."""
    target, memory_mb, cpu_seconds, wall_seconds, notes = sys.argv[1], *map(int, sys.argv[2:])
    _NOTES.append(notes)
    with os.fdopen(os.dup(1), "wb") as result:
        os.dup2(2, 1)  # whatever a library prints is no result
        _limit(memory_mb * 1024 * 1024, cpu_seconds)
        signal.alarm(wall_seconds + 1)  # should the parent be gone by then
        try:
            result.write(_function(target)(sys.stdin.buffer.read()))
        except MemoryError:
            os._exit(_MEMORY_EXIT)
        except BaseException as error:  # noqa: BLE001 -- every end is told without its message
            traceback.print_tb(error.__traceback__)
            sys.stderr.write(type(error).__name__)
            sys.exit(1)


def _limit(memory: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _function(target: str) -> Callable[[bytes], bytes]:
    module, _colon, name = target.partition(":")
    return getattr(import_module(module), name)
