"""All children of one run: started in order, watched, stopped in reverse."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from signal import Signals
from types import FrameType

from devstack.console import RefusedError
from devstack.processes import Child, Program

POLL_SECONDS = 0.05
BY_SIGNAL = 128  # shells say 130 for a program that Ctrl-C has ended
ENDING_SIGNALS = (Signals.SIGINT, Signals.SIGTERM, Signals.SIGHUP)


class StopRequest(KeyboardInterrupt):
    """Somebody asks ./run to end: Ctrl-C, a plain kill, a closed terminal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.signal = Signals(number)


class StepFailedError(RefusedError):
    """A program that had to succeed did not."""


def listen_for_stop_requests() -> None:
    """Turn the signals that end a program into `StopRequest`; `with` and `finally` do the rest."""

    def ask(number: int, _frame: FrameType | None) -> None:
        raise StopRequest(number)

    for number in ENDING_SIGNALS:
        if number is Signals.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, ask)


class Supervisor:
    """Starts children and answers for all of them. A context manager: leaving it stops them.

    Their output goes to files in `logs`, or to the terminal where there is no such directory.
    `inherit` are descriptors that every child keeps open (see `slots`).
    """

    def __init__(self, *, logs: Path | None = None, inherit: tuple[int, ...] = ()) -> None:
        self._stages: list[list[Child]] = []
        self._logs = logs
        self._inherit = inherit

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, program: Program) -> Child:
        """Start a program and go on."""
        self._stages.append([])
        return self._join_stage(program)

    def start_together(self, programs: Iterable[Program]) -> None:
        """Start programs that will also be stopped together."""
        self._stages.append([])
        for program in programs:
            self._join_stage(program)

    def _join_stage(self, program: Program) -> Child:
        log = None
        if self._logs and not program.foreground:
            log = self._logs / f"{program.name}.log"
        child = Child(replace(program, inherit=(*self._inherit, *program.inherit)), log)
        self._stages[-1].append(child)
        return child

    def run(self, program: Program) -> None:
        """Run a program to its end; it must succeed."""
        child = self.start(program)
        status = self.watch(until=child)
        if status != 0:
            raise StepFailedError(
                f"{program.name} failed (exit status {status}).{child.last_words()}"
            )

    def converse(self, program: Program) -> int:
        """Run a program that has the terminal to its end, and return its exit status as shells do.

        Ctrl-C at a terminal reaches it without us; every other request to end is handed on. It
        then has the time it needs to end well: pytest still prints what it knows.
        """
        child = self.start(replace(program, foreground=True))
        while True:
            try:
                status = self.watch(until=child)
                return status if status >= 0 else BY_SIGNAL - status
            except StopRequest as request:
                if request.signal is not Signals.SIGINT or not os.isatty(0):
                    child.process.send_signal(Signals.SIGINT)

    def watch(self, *, until: Child | None = None) -> int:
        """Wait for one child to end and return its exit status; no other may end meanwhile."""
        while until is None or until.status is None:
            self.check(apart_from=until)
            time.sleep(POLL_SECONDS)
        self._stages.remove([until])
        until.kill()
        return until.status

    def check(self, *, apart_from: Child | None = None) -> None:
        """Raise if a child has ended that should be running."""
        for child in chain.from_iterable(self._stages):
            if child is not apart_from and child.status is not None:
                raise StepFailedError(
                    f"{child.program.name} ended unexpectedly "
                    f"(exit status {child.status}).{child.last_words()}"
                )

    def stop(self) -> None:
        """Stop every child, the last started first."""
        with self._hurry_when_asked_again():
            while self._stages:
                running = [child for child in self._stages[-1] if child.status is None]
                for child in running:
                    child.ask_to_stop()
                for child in running:
                    child.see_stopped()
                for child in self._stages.pop():
                    child.kill()
                    child.process.wait()

    @contextmanager
    def _hurry_when_asked_again(self) -> Iterator[None]:
        """Meanwhile a second Ctrl-C kills all children, so that nobody waits for a polite end."""

        def hurry(_number: int, _frame: FrameType | None) -> None:
            for child in chain.from_iterable(self._stages):
                child.kill()

        before = {number: signal.signal(number, hurry) for number in ENDING_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
