"""The application as processes: prepare its database, start beat, workers and web, know it is up."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from signal import Signals

from devstack import health
from devstack.address import Address
from devstack.checkout import Checkout
from devstack.console import RefusedError, say
from devstack.processes import Program
from devstack.slots import Slot
from devstack.supervisor import StepFailedError, Supervisor

DEMO_SETTINGS = "ismap_liu.settings.demo"
TEST_SETTINGS = "ismap_liu.settings.test"
# A worker process each, so that a long PDF never keeps a mail waiting.
WORKERS = {"worker-files": "pdf,scan,imports", "worker-mail": "mail,celery"}
WEB_SIZE = ("--workers", "2", "--threads", "4")


def variables(
    addresses: Mapping[str, str], *, settings: str, media: Path, url: str = ""
) -> dict[str, str]:
    """What the processes of one run need to know, on top of the caller's own environment."""
    ours = {
        **addresses,
        "DJANGO_SETTINGS_MODULE": settings,
        "MEDIA_ROOT": str(media),
        "PYTHONUNBUFFERED": "1",
        "RUN_INSTANCE": secrets.token_hex(8),
    }
    if url:
        ours["SITE_URL"] = url.rstrip("/")
    if os.geteuid() == 0:
        ours["C_FORCE_ROOT"] = "1"  # Celery warns at root unless told that it is meant
    return ours


@dataclass(frozen=True)
class Stack:
    """One installation of the application: its code, its state, its variables."""

    checkout: Checkout
    slot: Slot
    supervisor: Supervisor
    variables: Mapping[str, str]

    def manage(self, *arguments: str) -> None:
        """Run a management command that must succeed."""
        self.supervisor.run(self._python(f"manage-{arguments[0]}", "manage.py", *arguments))

    def migrate_and_load(self, load: str) -> None:
        """Bring the database up to date and fill it by the command `load`, which is idempotent."""
        try:
            self.manage("migrate", "--no-input")
            say("Migrations are applied.")
            self.manage(load)
            say(f"Data is loaded ({load}).")
        except StepFailedError as error:
            hint = "If the data comes from another version of the project: ./run reset"
            raise RefusedError(f"{error}\n{hint}") from error

    def serve(self, address: Address, listener: socket.socket) -> None:
        """Start beat, workers and web, and wait until this very instance answers."""
        celery = ("-m", "celery", "-A", "ismap_liu")
        schedule = str(self.slot.directory / "beat-schedule")
        self.supervisor.start(
            self._python("beat", *celery, "beat", "-l", "warning", "-s", schedule)
        )
        worker = (*celery, "worker", "-l", "warning", "-c", "1")
        self.supervisor.start_together(
            self._python(name, *worker, "-n", f"{name}@%h", "-Q", queues)
            for name, queues in WORKERS.items()
        )
        say("Beat and workers are started.")
        self._start_web(listener)
        health.wait_until_ready(
            address.url, self.variables["RUN_INSTANCE"], still_running=self.supervisor.check
        )

    def converse(self, name: str, *words: str, **more: str) -> int:
        """Run Python with these words at the terminal, and return its exit status."""
        return self.supervisor.converse(self._python(name, *words, **more))

    def _start_web(self, listener: socket.socket) -> None:
        program = self._python(
            "web",
            *("-m", "gunicorn", "--no-control-socket", *WEB_SIZE),
            *("--bind", f"fd://{listener.fileno()}", "ismap_liu.wsgi"),
        )
        self.supervisor.start(
            replace(
                program,
                inherit=(listener.fileno(),),
                death_signal=Signals.SIGQUIT,  # the master takes its own processes along
            )
        )

    def _python(self, name: str, *words: str, **more: str) -> Program:
        return Program(
            name,
            (self.checkout.python, *words),
            environment={**os.environ, **self.variables, **more},
            directory=self.checkout.root,
        )
