"""One child process: how it is started, ended, and what it said last.

A child leads a process group of its own, so that Ctrl-C reaches ./run alone and the order of
stopping is ours; only a program that needs the terminal stays in our group. The kernel is asked to
end every child when ./run dies, even by kill -9.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from devstack.console import say
from devstack.unprivileged import Identity

STOP_SECONDS = 20
LOG_TAIL_LINES = 20
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Program:
    """What to run, as whom, and which signals it understands."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] | None = None
    directory: Path | None = None
    identity: Identity = field(default_factory=Identity)
    stop_signal: Signals = Signals.SIGTERM  # ends it politely
    death_signal: Signals = Signals.SIGKILL  # what the kernel sends when ./run is gone
    inherit: tuple[int, ...] = ()  # descriptors that it may use
    foreground: bool = False  # it talks with the person at the terminal


class Child:
    """A started program."""

    def __init__(self, program: Program, log: Path | None) -> None:
        self.program = program
        self.log = log
        self.leads_group = not (program.foreground and os.isatty(0))
        output = log.open("wb") if log else None
        try:
            self.process = subprocess.Popen(
                [os.fspath(word) for word in program.command],
                env=program.environment,
                cwd=program.directory,
                stdin=None if program.foreground else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                pass_fds=program.inherit,
                start_new_session=self.leads_group,
                preexec_fn=_die_with_parent(program.death_signal),
                **program.identity.popen_options(),
            )
        finally:
            if output:
                output.close()

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Send the signal that ends it politely."""
        self.process.send_signal(self.program.stop_signal)

    def see_stopped(self) -> None:
        """Wait for it to end, and insist after STOP_SECONDS."""
        try:
            self.process.wait(STOP_SECONDS)
            say(f"{self.program.name} stopped.")
        except subprocess.TimeoutExpired:
            say(f"{self.program.name} did not stop within {STOP_SECONDS} s and is killed.")

    def kill(self) -> None:
        """End it and its whole group at once, whoever of them is left."""
        if self.leads_group:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()

    def last_words(self) -> str:
        """How its log ends, and where the whole of it is."""
        if self.log is None:
            return ""
        tail = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return "\n".join(["", *(f"    {line}" for line in tail), f"Whole log: {self.log}"])


def _die_with_parent(death_signal: Signals) -> Callable[[], None]:
    """What a new process does before it becomes the program: tie its life to ours."""
    parent = os.getpid()

    def tie() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # we died before it could ask
            os._exit(1)

    return tie
