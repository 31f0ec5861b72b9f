"""Who answers at our address?"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from devstack import health

OURS = {"app": "ismap-liu", "status": "ok", "instance": "token"}


@contextmanager
def server(body, status=200):
    """A server that gives one answer to every question; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


def test_our_instance_is_recognised():
    with server(json.dumps(OURS).encode()) as url:
        assert health.serves(url, "token") is True


def test_degraded_is_enough_to_open_a_page():
    with server(json.dumps(OURS | {"status": "degraded"}).encode()) as url:
        assert health.serves(url, "token") is True


def test_our_instance_without_database_does_not_serve_yet():
    with server(json.dumps(OURS | {"status": "down"}).encode(), status=503) as url:
        assert health.serves(url, "token") is False


@pytest.mark.parametrize(
    "body",
    [
        b"<h1>Welcome</h1>",
        b"[]",
        json.dumps(OURS | {"app": "another"}).encode(),
        json.dumps(OURS | {"instance": "of another run"}).encode(),
    ],
)
def test_another_server_is_refused(body):
    with server(body) as url, pytest.raises(health.ForeignServerError, match="BIND"):
        health.serves(url, "token")


def test_nobody_there_is_not_ready():
    assert health.serves("http://127.0.0.1:1/", "token") is False


def test_waiting_ends_when_a_process_has_died():
    def died():
        raise ChildProcessError

    with pytest.raises(ChildProcessError):
        health.wait_until_ready("http://127.0.0.1:1/", "token", still_running=died)
