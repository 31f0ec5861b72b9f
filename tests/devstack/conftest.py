"""A checkout of its own for every test: nothing here touches the state of the real one."""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

from devstack.checkout import Checkout

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout():
    """An empty project beside an empty state directory that the servers' user can reach."""
    base = Path(tempfile.mkdtemp(prefix="devstack-")).resolve()
    base.chmod(0o755)
    root = base / "project"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "dev.lock").write_text("")
    yield Checkout(root, base / "state")
    shutil.rmtree(base)


@pytest.fixture
def checkout_with_packages(checkout):
    """The same with the packages of the interpreter that runs the tests."""
    checkout.venv.symlink_to(sys.prefix)
    return checkout


def is_alive(process: int) -> bool:
    """Whether a process runs; one that is dead and only not yet collected does not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def eventually(condition, seconds=10):
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def script_environment():
    """The environment for a script that imports devstack from anywhere."""
    return {**os.environ, "PYTHONPATH": str(PROJECT)}
