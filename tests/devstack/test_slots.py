"""One run at a time in a state directory, and nothing of a dead run in the way of the next."""

import stat
import subprocess
import sys

import pytest

from devstack import slots
from devstack.console import RefusedError
from tests.devstack.conftest import eventually, is_alive


@pytest.fixture
def directory(checkout):
    return checkout.make_state() / "demo"


def test_slot_belongs_to_one_run_at_a_time(directory):
    with slots.claim(directory) as first:
        assert first is not None
        with slots.claim(directory) as second:
            assert second is None
    with slots.claim(directory) as third:
        assert third is not None


def test_what_a_run_tells_is_private_and_ends_with_it(directory):
    with slots.claim(directory, command="demo", url="http://localhost:8000/"):
        assert slots.read_record(directory)["url"] == "http://localhost:8000/"
        assert stat.S_IMODE((directory / "run.json").stat().st_mode) == 0o600
    assert slots.read_record(directory) == {}


def test_sockets_are_short_private_and_cleared(directory):
    with slots.claim(directory) as slot:
        made = slot.make_sockets()
        assert len(str(made / ".s.PGSQL.5432")) < 107
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert slot.sockets.resolve() == made
    assert not made.exists()


def test_leftovers_of_a_killed_run_are_cleared(directory):
    with slots.claim(directory) as slot:
        left = slot.make_sockets()
    left.mkdir()
    (directory / "sockets").symlink_to(left)
    (directory / "run.json").write_text('{"command": "demo"}')
    with slots.claim(directory, command="manage"):
        assert not left.exists()
        assert slots.read_record(directory)["command"] == "manage"


def test_only_our_own_socket_directories_are_removed(directory, tmp_path):
    slots.make(directory)
    (directory / "sockets").symlink_to(tmp_path)
    with slots.claim(directory):
        assert tmp_path.exists()
        assert not (directory / "sockets").is_symlink()


def test_process_left_by_a_killed_run_is_ended(directory, monkeypatch):
    monkeypatch.setattr(slots, "LINGER_SECONDS", 0.3)
    with slots.claim(directory) as slot:
        left = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=[slot.processes]
        )
    with left:
        assert slots.holders(directory / "processes") == [left.pid]
        monkeypatch.setattr(slots, "LINGER_SECONDS", 0.3)
        with slots.claim(directory) as slot:
            assert slot is not None
        assert eventually(lambda: not is_alive(left.pid))


def test_emptied_slot_stays_claimed(directory):
    with slots.claim(directory) as slot:
        (slot.media / "form.pdf").write_text("見本")
        slot.empty()
        assert list(directory.iterdir()) == []
        with slots.claim(directory) as other:
            assert other is None


def test_test_runs_at_the_same_time_have_a_slot_each(checkout):
    with slots.claim_test(checkout) as first, slots.claim_test(checkout) as second:
        assert first.directory != second.directory


def test_too_many_test_runs_are_refused(checkout, monkeypatch):
    monkeypatch.setattr(slots, "TEST_SLOTS", 1)
    with (
        slots.claim_test(checkout),
        pytest.raises(RefusedError, match="test runs"),
        slots.claim_test(checkout),
    ):
        pass


def test_state_directory_that_others_may_write_is_refused(checkout):
    checkout.make_state().chmod(0o777)
    with pytest.raises(RefusedError, match="not a directory of our own"):
        checkout.make_state()
