"""An environment is used when it is complete, and only then."""

import signal
import subprocess
import sys

import pytest

from devstack import virtualenv
from tests.devstack.conftest import PROJECT, eventually, script_environment

GOOD_UV = '#!/bin/sh\necho "$@" >> "$UV_CALLS"\nmkdir -p .venv/bin\n'
BAD_UV = "#!/bin/sh\nexit 2\n"
SLOW_UV = "#!/bin/sh\nmkdir -p .venv\nexec sleep 60\n"
MAKE_READY = """
from pathlib import Path
from devstack import virtualenv
from devstack.checkout import Checkout
from devstack.supervisor import listen_for_stop_requests
listen_for_stop_requests()
with virtualenv.ready(Checkout(Path.cwd(), Path.cwd().parent / "state")):
    pass
"""


@pytest.fixture
def install_uv(checkout, monkeypatch):
    """Put a uv of our making on the PATH, and work in the checkout."""
    calls = checkout.root / "uv-calls"
    programs = checkout.root / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("UV_CALLS", str(calls))
    monkeypatch.delenv("RUN_NO_UV", raising=False)
    monkeypatch.chdir(checkout.root)

    def install(script):
        uv = programs / "uv"
        uv.write_text(script)
        uv.chmod(0o755)
        return calls

    return install


def test_complete_environment_is_built_once_with_hashes_and_wheels_only(checkout, install_uv):
    calls = install_uv(GOOD_UV)
    for _ in range(2):
        with virtualenv.ready(checkout):
            assert virtualenv.is_complete(checkout)
    venv, sync = calls.read_text().splitlines()
    assert venv.startswith("venv ")
    assert sync.startswith("pip sync ")
    assert "--require-hashes --only-binary :all:" in sync


def test_changed_requirements_make_it_incomplete(checkout, install_uv):
    install_uv(GOOD_UV)
    with virtualenv.ready(checkout):
        pass
    checkout.lock.write_text("another==1.0")
    assert not virtualenv.is_complete(checkout)


def test_interrupted_installation_leaves_no_mark(checkout, install_uv):
    install_uv(SLOW_UV)
    with subprocess.Popen(
        [sys.executable, "-c", MAKE_READY], env=script_environment(), stderr=subprocess.DEVNULL
    ) as process:
        assert eventually(checkout.venv.exists)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) != 0
    assert not virtualenv.is_complete(checkout)
    install_uv(GOOD_UV)
    with virtualenv.ready(checkout):
        assert virtualenv.is_complete(checkout)


def test_pip_takes_over_when_uv_fails(checkout, install_uv, monkeypatch):
    install_uv(BAD_UV)
    python = checkout.root / "programs" / "python"
    python.write_text(
        "#!/bin/sh\nmkdir -p .venv/bin\n"
        "printf '#!/bin/sh\\necho \"$@\" > pip-call\\n' > .venv/bin/python\nchmod 755 .venv/bin/python\n"
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with virtualenv.ready(checkout):
        assert virtualenv.is_complete(checkout)
    call = (checkout.root / "pip-call").read_text()
    assert call.startswith("-m pip install ")
    assert f"--require-hashes --only-binary :all: --requirement {checkout.lock}" in call


def test_rebuilding_waits_until_nobody_uses_the_old_one(checkout, install_uv):
    install_uv(GOOD_UV)
    with virtualenv.ready(checkout):
        checkout.lock.write_text("another==1.0")
        process = subprocess.Popen(
            [sys.executable, "-c", MAKE_READY],
            env=script_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert "still uses the old .venv" in process.stdout.readline()
        assert not virtualenv.is_complete(checkout)
    with process:
        assert process.wait(10) == 0
    assert virtualenv.is_complete(checkout)


@pytest.mark.parametrize("name", ["base.lock", "dev.lock"])
def test_lock_files_name_no_address(name):
    text = (PROJECT / "requirements" / name).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
