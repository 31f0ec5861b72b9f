"""The commands as a person meets them when something is in the way."""

import socket
import subprocess
import sys

import pytest

from devstack import cli, commands, slots
from devstack.console import RefusedError
from tests.devstack.conftest import PROJECT


def test_demo_on_a_taken_port_starts_nothing(checkout, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        monkeypatch.setenv("BIND", f"127.0.0.1:{port}")
        with pytest.raises(RefusedError, match=rf"port {port} .*BIND="):
            commands.demo(checkout, [])
    assert not checkout.venv.exists()
    assert not (commands.demo_directory(checkout) / "logs").exists()


@pytest.mark.parametrize("command", [commands.demo, commands.reset])
def test_running_demo_is_named_with_its_address(checkout, command):
    facts = {"command": "demo", "url": "http://localhost:8000/"}
    with (
        slots.claim(commands.demo_directory(checkout), **facts),
        pytest.raises(RefusedError, match="already running at http://localhost:8000/"),
    ):
        command(checkout, [])


def test_reset_removes_the_demo_and_nothing_else(checkout):
    with slots.claim(commands.demo_directory(checkout)) as slot:
        (slot.media / "form.pdf").write_text("見本")
    checkout.venv.mkdir()
    with slots.claim_test(checkout) as test_slot:
        assert commands.reset(checkout, []) == 0
        assert test_slot.directory.exists()
    assert list(commands.demo_directory(checkout).iterdir()) == []
    assert checkout.venv.exists()


@pytest.mark.parametrize("command", [commands.demo, commands.reset])
def test_arguments_that_mean_nothing_are_refused(checkout, command):
    with pytest.raises(RefusedError, match="takes no arguments"):
        command(checkout, ["--port=80"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [([], False), (["-x"], False), (["requirements/dev.lock::test"], True), (["-k", "axe"], False)],
)
def test_place_for_the_browser_tests_is_recognised(checkout, arguments, expected):
    assert commands.names_a_place(checkout, arguments) is expected


def test_help_names_every_command(capsys):
    assert cli.main(["help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in cli.COMMANDS)


@pytest.mark.parametrize(("words", "status"), [(["nonsense"], 2), ([], 2), (["--help"], 0)])
def test_front_door_answers_without_setting_anything_up(words, status):
    run = subprocess.run(
        [sys.executable, PROJECT / "run", *words], capture_output=True, text=True, check=False
    )
    assert run.returncode == status
    assert "usage: ./run COMMAND" in run.stdout + run.stderr
