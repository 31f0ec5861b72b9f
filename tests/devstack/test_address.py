"""Where the demo listens, and what is said when it cannot."""

import socket

import pytest

from devstack.address import Address
from devstack.console import RefusedError


@pytest.fixture
def stranger():
    """A port of this machine that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("text", "host", "port", "url"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000, "http://localhost:8000/"),
        ("localhost:8000", "localhost", 8000, "http://localhost:8000/"),
        ("0.0.0.0:80", "0.0.0.0", 80, "http://0.0.0.0:80/"),  # noqa: S104 -- parsed, not bound
        ("[::1]:8000", "::1", 8000, "http://[::1]:8000/"),
    ],
)
def test_bind_is_read_and_shown(text, host, port, url):
    address = Address.parse(text)
    assert (address.host, address.port, address.url) == (host, port, url)


@pytest.mark.parametrize(
    "text", ["", "8000", ":8000", "localhost", "localhost:http", "a:65536", "a:８０"]
)
def test_bind_that_is_no_address_is_refused(text):
    with pytest.raises(RefusedError, match="BIND must look like"):
        Address.parse(text)


def test_chosen_address_comes_from_bind(monkeypatch):
    monkeypatch.delenv("BIND", raising=False)
    assert Address.chosen() == Address("127.0.0.1", 8000)
    monkeypatch.setenv("BIND", "127.0.0.1:9000")
    assert Address.chosen() == Address("127.0.0.1", 9000)


def test_taken_port_is_refused_with_its_number_and_another_choice(stranger):
    with pytest.raises(RefusedError, match=rf"port {stranger} .*BIND=127.0.0.1:{stranger + 1} "):
        Address("127.0.0.1", stranger).reserve()


def test_stranger_on_ipv6_localhost_counts_too():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(RefusedError, match=f"port {port} "):
            Address("127.0.0.1", port).reserve()


def test_address_of_another_machine_is_refused_with_the_reason():
    with pytest.raises(RefusedError, match=r"192\.0\.2\.1: Cannot assign"):
        Address("192.0.2.1", 8000).reserve()


def test_free_port_is_found_and_held():
    anywhere = Address("127.0.0.1", 0)
    with anywhere.reserve() as listener:
        address = anywhere.bound(listener)
        assert address.port > 0
        with pytest.raises(RefusedError):
            address.reserve()
