"""The embedded servers really start, and the environment can replace them."""

import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from devstack import databases, postgres, servers, slots
from devstack.console import RefusedError
from devstack.supervisor import Supervisor
from tests.devstack.conftest import eventually, script_environment

SERVE = """
import sys
from pathlib import Path
from devstack import servers, slots
from devstack.checkout import Checkout
from devstack.supervisor import Supervisor
checkout = Checkout(Path(sys.argv[1]), Path(sys.argv[2]))
with slots.claim_test(checkout) as slot:
    with Supervisor(logs=slot.logs, inherit=(slot.processes,)) as supervisor:
        servers.start(checkout, slot, supervisor, durable=False)
        print(slot.directory, flush=True)
        supervisor.watch()
"""


@pytest.fixture
def _nothing_given(monkeypatch):
    """No server of the caller's."""
    for name in (*servers.VARIABLES, "PG_BIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_nothing_given")
def test_servers_start_answer_and_leave_nothing_after_kill_9(checkout_with_packages):
    checkout = checkout_with_packages
    script = [sys.executable, "-c", SERVE, checkout.root, checkout.state]
    with subprocess.Popen(
        script, env=script_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        said = iter(process.stdout.readline, "")
        directory = Path(next(line for line in said if line.startswith("/")).strip())
        sockets = (directory / "sockets").resolve()
        address = f"postgres://{postgres.OWNER}@/{postgres.DATABASE}?host={sockets}"
        with psycopg.connect(address) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(sockets / "valkey"))
        process.kill()
    assert eventually(lambda: slots.holders(directory / "processes") == [])
    with slots.claim(directory) as slot:
        assert slot is not None
        assert not sockets.exists()


def test_given_addresses_start_nothing(checkout, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/ismap")
    monkeypatch.setenv("BROKER_URL", "redis://broker.example/0")
    monkeypatch.delenv("CACHE_URL", raising=False)
    with (
        slots.claim_test(checkout) as slot,
        Supervisor(logs=slot.logs) as supervisor,
    ):
        addresses = servers.start(checkout, slot, supervisor, durable=True)
        assert list(slot.logs.iterdir()) == []
    assert addresses == {
        "DATABASE_URL": "postgres://me@db.example/ismap",
        "BROKER_URL": "redis://broker.example/0",
        "CACHE_URL": "redis://broker.example/0",
    }


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://broker:6379/0", "redis://broker:6379/0"),
        ("rediss://broker:6379/0", "rediss://broker:6379/0"),
        ("redis+socket:///run/valkey?virtual_host=1", "unix:///run/valkey?db=1"),
    ],
)
def test_cache_is_found_beside_the_broker(broker, cache):
    assert servers.cache_beside(broker) == cache


def test_cache_beside_another_kind_of_broker_must_be_named():
    with pytest.raises(RefusedError, match="CACHE_URL"):
        servers.cache_beside("amqp://broker/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://app@/ismap_liu?host=/tmp/s", "postgres://app@/ismap_liu_e2e?host=/tmp/s"),
        ("postgres://me:pw@db:5432/x", "postgres://me:pw@db:5432/x_e2e"),
    ],
)
def test_fresh_database_lies_beside_the_given_one(url, expected):
    assert databases.beside(url, "e2e") == expected


def test_pg_bin_without_a_server_is_refused(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(RefusedError, match="PG_BIN"):
        postgres.find_binaries(checkout, postgres.Identity.for_servers())
