"""The virtual environment: built from the hash-locked requirements, rebuilt when they change.

A mark inside .venv names the lock file and the interpreter that it was built for. It is written
last, so an interrupted installation leaves no mark and the next run starts over.

Two locks: one run at a time checks and builds (the lock of requirements/), and every run holds a
shared lock on the checkout while it uses .venv, so that none is torn away from under a demo.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack import locks
from devstack.checkout import Checkout
from devstack.console import RefusedError, say
from devstack.processes import Program
from devstack.supervisor import StepFailedError, Supervisor

MARK = ".ok"
LOCKED_WHEELS_ONLY = ("--require-hashes", "--only-binary", ":all:")


def key(checkout: Checkout) -> str:
    """What the environment depends on: the locked packages and the interpreter."""
    return hashlib.sha256(checkout.lock.read_bytes() + sys.version.encode()).hexdigest()


def is_complete(checkout: Checkout) -> bool:
    """Whether a complete environment for this lock and this interpreter is there."""
    mark = checkout.venv / MARK
    return mark.is_file() and mark.read_text() == key(checkout)


@contextmanager
def ready(checkout: Checkout) -> Iterator[None]:
    """A complete .venv for the length of a block, built first if need be."""
    in_use = locks.open_directory(checkout.root)
    try:
        with locks.directory(
            checkout.lock.parent, sentence="Another ./run is preparing .venv; waiting for it."
        ):
            if not is_complete(checkout):
                locks.take(
                    in_use, sentence="Another ./run still uses the old .venv; waiting for it."
                )
                build(checkout)
            locks.take_now(in_use, shared=True)
        yield
    finally:
        os.close(in_use)


def build(checkout: Checkout) -> None:
    """Install the locked packages into a new .venv, with uv where it works, else with pip."""
    (checkout.venv / MARK).unlink(missing_ok=True)
    shutil.rmtree(checkout.server_copies, ignore_errors=True)
    uv = None if os.environ.get("RUN_NO_UV") else shutil.which("uv")
    if not (uv and _install_with_uv(uv, checkout)):
        _install_with_pip(checkout)
    (checkout.venv / MARK).write_text(key(checkout))
    say(".venv is ready.")


def _install_with_uv(uv: str, checkout: Checkout) -> bool:
    """Try uv; it reads neither pip's configuration nor its variables, so it may fail where pip works."""
    say("Installing the locked packages into .venv with uv …")
    try:
        _run("uv", uv, "venv", "--quiet", "--clear", "--python", sys.executable, checkout.venv)
        target = ("--python", checkout.python, checkout.lock)
        _run("uv", uv, "pip", "sync", "--quiet", *LOCKED_WHEELS_ONLY, *target)
    except StepFailedError as error:
        say(f"{error} Trying pip instead.")
        return False
    return True


def _install_with_pip(checkout: Checkout) -> None:
    say("Installing the locked packages into .venv with pip (once; a minute or two) …")
    shutil.rmtree(checkout.venv, ignore_errors=True)
    try:
        _run("venv", sys.executable, "-m", "venv", checkout.venv)
    except StepFailedError as error:
        hint = "On Debian: apt-get install -y python3-venv"
        raise RefusedError(f"The virtual environment could not be made. {hint}") from error
    quiet = ("--quiet", "--disable-pip-version-check", "--root-user-action", "ignore")
    pip = (checkout.python, "-m", "pip", "install", *quiet)
    _run("pip", *pip, *LOCKED_WHEELS_ONLY, "--requirement", checkout.lock)


def _run(name: str, *command: str | Path) -> None:
    """Run an installer, which says for itself what is wrong. Ctrl-C ends it, too."""
    with Supervisor() as supervisor:
        supervisor.run(Program(name, command))


if __name__ == "__main__":  # for .ci/run, whose first steps need the tools and nothing else
    with ready(Checkout.here()):
        pass
