"""Children are started in order, stopped in reverse, and never outlive ./run."""

import os
import signal
import subprocess
import sys

import pytest

from devstack.processes import Program
from devstack.supervisor import StepFailedError, Supervisor
from tests.devstack.conftest import eventually, is_alive, script_environment

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
# A stubborn child with a child of its own, both in one group.
STUBBORN = (
    "import signal, subprocess, sys, time;"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(child.pid, flush=True); time.sleep(60)"
)
# Under nohup the hang-up is ignored, and so it would be here.
SUPERVISE = f"""
import signal
from devstack.processes import Program
from devstack.supervisor import Supervisor, listen_for_stop_requests
signal.signal(signal.SIGHUP, signal.SIG_DFL)
listen_for_stop_requests()
with Supervisor() as supervisor:
    for name in ("one", "two"):
        print(supervisor.start(Program(name, {SLEEP!r})).process.pid, flush=True)
    supervisor.watch()
"""


@pytest.fixture
def supervising():
    """A ./run in miniature: a process that supervises two others, and their process ids."""
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE],
        env=script_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process, [int(process.stdout.readline()) for _ in range(2)]
        process.kill()


def test_kill_9_of_the_supervisor_leaves_no_child(supervising):
    process, children = supervising
    assert all(is_alive(child) for child in children)
    process.kill()
    assert eventually(lambda: not any(is_alive(child) for child in children))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_the_supervisor_stops_the_last_child_first(supervising, number):
    process, children = supervising
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert [line.split("] ")[1] for line in said.splitlines()] == ["two stopped.", "one stopped."]
    assert not any(is_alive(child) for child in children)


def test_children_do_not_share_our_process_group(tmp_path):
    with Supervisor(logs=tmp_path) as supervisor:
        child = supervisor.start(Program("child", SLEEP))
        assert os.getpgid(child.process.pid) == child.process.pid != os.getpgid(0)


def test_stubborn_child_is_killed_with_its_own_children(tmp_path, monkeypatch):
    monkeypatch.setattr("devstack.processes.STOP_SECONDS", 0.2)
    log = tmp_path / "stubborn.log"
    with Supervisor(logs=tmp_path) as supervisor:
        supervisor.start(Program("stubborn", (sys.executable, "-c", STUBBORN)))
        assert eventually(lambda: log.read_text().endswith("\n"))
    assert eventually(lambda: not is_alive(int(log.read_text())))


def test_child_that_ends_by_itself_is_reported_with_its_last_words(tmp_path):
    words = (sys.executable, "-c", "print('no more ink'); raise SystemExit(3)")
    with Supervisor(logs=tmp_path) as supervisor:
        supervisor.start(Program("bystander", SLEEP))
        supervisor.start(Program("printer", words))
        with pytest.raises(
            StepFailedError, match=r"(?s)printer ended .*status 3.*no more ink.*\.log"
        ):
            supervisor.watch()


def test_step_that_fails_says_why(tmp_path):
    words = (sys.executable, "-c", "raise SystemExit('no paper')")
    with (
        Supervisor(logs=tmp_path) as supervisor,
        pytest.raises(StepFailedError, match=r"(?s)print failed \(exit status 1\).*no paper"),
    ):
        supervisor.run(Program("print", words))


def test_step_that_succeeds_is_no_longer_watched(tmp_path):
    with Supervisor(logs=tmp_path) as supervisor:
        supervisor.run(Program("step", (sys.executable, "-c", "")))
        supervisor.check()


@pytest.mark.parametrize(
    ("ending", "expected"),
    [("raise SystemExit(5)", 5), ("import os; os.kill(os.getpid(), 15)", 128 + 15)],
)
def test_exit_status_of_the_conversation_is_ours(ending, expected):
    with Supervisor() as supervisor:
        assert supervisor.converse(Program("talk", (sys.executable, "-c", ending))) == expected
