"""The two servers that the application needs: given by the environment, or embedded."""

import os
import re

from devstack import postgres, valkey
from devstack.checkout import Checkout
from devstack.console import RefusedError, say
from devstack.slots import Slot
from devstack.supervisor import Supervisor
from devstack.unprivileged import Identity

# Set by the person, each of these replaces an embedded server.
VARIABLES = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")


def given() -> dict[str, str]:
    """The addresses that the environment gives, with the cache beside a given broker."""
    found = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if "BROKER_URL" in found and "CACHE_URL" not in found:
        found["CACHE_URL"] = cache_beside(found["BROKER_URL"])
    return found


def cache_beside(broker: str) -> str:
    """The address for Django's cache on the server of a broker: the same one, by another client."""
    if broker.startswith(("redis://", "rediss://", "unix://")):
        return broker
    if local := re.match(r"redis\+socket://(?P<path>[^?]+)", broker):
        return f"unix://{local['path']}?db=1"
    raise RefusedError("BROKER_URL is not a Redis or Valkey server, so CACHE_URL must name one.")


def start(
    checkout: Checkout, slot: Slot, supervisor: Supervisor, *, durable: bool
) -> dict[str, str]:
    """Start what is not given; return all three addresses."""
    addresses = given()
    sockets = Identity.for_servers().own(slot.make_sockets())
    if "DATABASE_URL" not in addresses:
        addresses["DATABASE_URL"] = postgres.start(
            checkout, slot, supervisor, sockets, durable=durable
        )
        say("PostgreSQL is up.")
    if "BROKER_URL" not in addresses:
        broker, cache = valkey.start(checkout, slot, supervisor, sockets, durable=durable)
        addresses = {"CACHE_URL": cache, **addresses, "BROKER_URL": broker}
        say("Valkey is up.")
    return addresses
