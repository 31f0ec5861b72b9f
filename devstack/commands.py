"""The six commands. Each claims its state, sets up what it needs, works, and takes all down again."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack import databases, packages, servers, slots, virtualenv
from devstack.address import Address
from devstack.checkout import Checkout
from devstack.console import RefusedError, say
from devstack.processes import Program
from devstack.slots import Slot
from devstack.stack import DEMO_SETTINGS, TEST_SETTINGS, Stack, variables
from devstack.supervisor import StepFailedError, Supervisor

ANY_FREE_PORT = Address("127.0.0.1", 0)
BUSY_POLL_SECONDS = 0.2


def demo(checkout: Checkout, arguments: list[str]) -> int:
    """Run the whole system with demo data until Ctrl-C."""
    refuse_arguments("demo", arguments)
    chosen = Address.chosen()
    with (
        claim_demo(checkout, command="demo", url=chosen.url) as slot,
        chosen.reserve() as listener,
        virtualenv.ready(checkout),
    ):
        packages.provide(packages.PDF, purpose="PDF", logs=slot.logs)
        address = chosen.bound(listener)
        with supervisor_of(slot) as supervisor:
            try:
                system = demo_stack(checkout, slot, supervisor, address)
                system.migrate_and_load("seed_demo")
                system.serve(address, listener)
                slot.publish(command="demo", url=address.url, variables=system.variables)
                say(f"Open {address.url} / ブラウザーで {address.url} を開いてください。")
                say("Ctrl-C stops everything / 終了は Ctrl-C です。")
                supervisor.watch()
            except KeyboardInterrupt:
                say("Stopping …")
    return 0


def manage(checkout: Checkout, arguments: list[str]) -> int:
    """Run a management command on the demo database, beside a running demo or alone."""
    directory = demo_directory(checkout)
    told = False
    while True:
        with slots.claim(directory, command="manage") as slot:
            if slot:
                return manage_alone(checkout, slot, arguments)
        record = slots.read_record(directory)
        if "variables" in record:
            return manage_beside(checkout, record["variables"], arguments)
        if not told:
            say("Another ./run is using the demo database; waiting for it.")
            told = True
        time.sleep(BUSY_POLL_SECONDS)


def manage_alone(checkout: Checkout, slot: Slot, arguments: list[str]) -> int:
    """Start the servers, prepare the database if that was never done, run, stop."""
    with virtualenv.ready(checkout), supervisor_of(slot) as supervisor:
        system = demo_stack(checkout, slot, supervisor, Address.chosen())
        try:
            system.manage("migrate", "--check")
        except StepFailedError:
            say("Preparing the demo database …")
            system.migrate_and_load("load_shipped_editions")
        return system.converse("manage", "manage.py", *arguments)


def manage_beside(checkout: Checkout, running: dict[str, str], arguments: list[str]) -> int:
    """Run with the variables of the demo that is running."""
    environment = {**os.environ, **running, **servers.given()}
    command = (str(checkout.python), "manage.py", *arguments)
    with Supervisor() as supervisor:
        return supervisor.converse(
            Program("manage", command, environment=environment, directory=checkout.root)
        )


def reset(checkout: Checkout, arguments: list[str]) -> int:
    """Remove the database, uploads and logs of the demo; .venv stays."""
    refuse_arguments("reset", arguments)
    with claim_demo(checkout, command="reset") as slot:
        slot.empty()
    say("The demo is empty again / デモのデータを消しました。")
    return 0


def test(checkout: Checkout, arguments: list[str]) -> int:
    """Run pytest on a PostgreSQL of its own."""
    with slots.claim_test(checkout) as slot, virtualenv.ready(checkout):
        lacking = packages.provide(packages.PDF, purpose="PDF", logs=slot.logs)
        # In CI the PDF tests run in any case, and fail where they cannot work.
        leave_out = ("-p", "devstack.without_pdf") if lacking and not os.environ.get("CI") else ()
        with supervisor_of(slot) as supervisor:
            addresses = servers.start(checkout, slot, supervisor, durable=False)
            known = variables(addresses, settings=TEST_SETTINGS, media=slot.media)
            system = Stack(checkout, slot, supervisor, known)
            return system.converse("pytest", "-m", "pytest", *leave_out, *arguments)


def e2e(checkout: Checkout, arguments: list[str]) -> int:
    """Run the browser tests against a whole system of their own with fresh demo data."""
    with slots.claim_test(checkout) as slot, virtualenv.ready(checkout):
        if packages.provide(packages.BROWSER, purpose="./run e2e", logs=slot.logs):
            raise RefusedError("The browser tests cannot run without these packages.")
        if not shutil.which("chromium"):  # elsewhere than on Debian
            raise RefusedError("The browser tests need the program `chromium` on the PATH.")
        with ANY_FREE_PORT.reserve() as listener, supervisor_of(slot) as supervisor:
            address = ANY_FREE_PORT.bound(listener)
            system = fresh_stack(checkout, slot, supervisor, "e2e", address)
            system.migrate_and_load("seed_demo")
            system.serve(address, listener)
            say(f"The system for the browser tests is up at {address.url}")
            places = () if names_a_place(checkout, arguments) else ("tests/e2e",)
            # One demo world for all of them: in one order, what CI saw is seen again.
            return system.converse(
                "pytest",
                *(
                    "-m",
                    "pytest",
                    "-p",
                    "no:randomly",
                    "-o",
                    "norecursedirs=.*",
                    *places,
                    *arguments,
                ),
                E2E_BASE_URL=address.url.rstrip("/"),
            )


def bench(checkout: Checkout, arguments: list[str]) -> int:
    """Measure the named operations on a fresh database."""
    with slots.claim_test(checkout) as slot, virtualenv.ready(checkout):
        packages.provide(packages.PDF, purpose="declaration_pdf", logs=slot.logs)
        with supervisor_of(slot) as supervisor:
            system = fresh_stack(checkout, slot, supervisor, "bench", Address.chosen())
            system.migrate_and_load("load_shipped_editions")
            return system.converse("bench", "-m", "bench", *arguments)


def demo_directory(checkout: Checkout) -> Path:
    """Where the demo keeps its state."""
    return checkout.make_state() / "demo"


@contextmanager
def claim_demo(checkout: Checkout, **facts: str) -> Iterator[Slot]:
    """The demo's slot; refused, with who has it, while another run uses it."""
    directory = demo_directory(checkout)
    with slots.claim(directory, **facts) as slot:
        if slot is None:
            raise RefusedError(who_has_the_demo(slots.read_record(directory)))
        yield slot


def who_has_the_demo(record: dict[str, str]) -> str:
    """One sentence about the run that uses the demo."""
    if record.get("command") == "demo":
        return (
            f"The demo is already running at {record['url']} (process {record['process']}); "
            "Ctrl-C in its terminal stops it. / デモはすでに動いています。"
        )
    return "Another ./run is using the demo database; try again when it has ended."


def supervisor_of(slot: Slot) -> Supervisor:
    """The supervisor whose children belong to the slot."""
    return Supervisor(logs=slot.logs, inherit=(slot.processes,))


def demo_stack(checkout: Checkout, slot: Slot, supervisor: Supervisor, address: Address) -> Stack:
    """The demo on its lasting database."""
    addresses = servers.start(checkout, slot, supervisor, durable=True)
    known = variables(addresses, settings=DEMO_SETTINGS, media=slot.media, url=address.url)
    return Stack(checkout, slot, supervisor, known)


def fresh_stack(
    checkout: Checkout, slot: Slot, supervisor: Supervisor, suffix: str, address: Address
) -> Stack:
    """The demo's settings on an empty database and an empty media directory."""
    addresses = servers.start(checkout, slot, supervisor, durable=False)
    script = (checkout.python, "-m", "devstack.databases", addresses["DATABASE_URL"], suffix)
    supervisor.run(Program("fresh-database", script, directory=checkout.root))
    addresses["DATABASE_URL"] = databases.beside(addresses["DATABASE_URL"], suffix)
    shutil.rmtree(slot.media)
    known = variables(addresses, settings=DEMO_SETTINGS, media=slot.media, url=address.url)
    return Stack(checkout, slot, supervisor, known)


def names_a_place(checkout: Checkout, arguments: list[str]) -> bool:
    """Whether pytest's arguments say where to look for tests."""
    return any((checkout.root / word.split("::")[0]).exists() for word in arguments if word)


def refuse_arguments(command: str, arguments: list[str]) -> None:
    """For commands that take none."""
    if arguments:
        raise RefusedError(f"./run {command} takes no arguments; {arguments[0]!r} is one.")
