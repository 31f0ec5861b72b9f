"""The address that people open: chosen by BIND, reserved before anything else is started."""

import errno
import os
import socket
from dataclasses import dataclass

from devstack.console import RefusedError

DEFAULT = "127.0.0.1:8000"
BACKLOG = 128


@dataclass(frozen=True)
class Address:
    """Host and port to listen on."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `host:port`; an IPv6 host stands in brackets."""
        host, separator, port = text.rpartition(":")
        if not (separator and host and port.isascii() and port.isdigit() and int(port) < 65536):
            raise RefusedError(f"BIND must look like {DEFAULT}, not {text!r}.")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    @classmethod
    def chosen(cls) -> "Address":
        """What BIND says, else port 8000 of this machine."""
        return cls.parse(os.environ.get("BIND", DEFAULT))

    @property
    def url(self) -> str:
        """What to type into a browser. `localhost`, because passkeys do not work on IP addresses."""
        if self.host == "127.0.0.1":
            return f"http://localhost:{self.port}/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def reserve(self) -> socket.socket:
        """Listen on it. The web server takes this very socket over, so nobody can come between.

        Port 0 takes any free port. Browsers resolve `localhost` to ::1 first, so a stranger there
        would answer in our place: then the port counts as taken, too.
        """
        if self.host == "127.0.0.1" and self.port and _answers("::1", self.port):
            raise self._refused()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            raise self._refused(error) from error
        return listener

    def bound(self, listener: socket.socket) -> "Address":
        """This address with the port that the listener really has."""
        return Address(self.host, listener.getsockname()[1])

    def _refused(self, error: OSError | None = None) -> RefusedError:
        """Why the address cannot be had, and how to choose another."""
        if error is None or error.errno == errno.EADDRINUSE:
            reason = "another program uses it"
            choice = f"BIND={self.host}:{self.port + 1}"
        else:
            reason, choice = str(error.strerror), "BIND=host:port"
        return RefusedError(
            f"Cannot listen on port {self.port} of {self.host}: {reason}. Nothing was started. "
            f"Choose another address: {choice} ./run demo / 別のアドレスを選んでください。"
        )


def _answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
