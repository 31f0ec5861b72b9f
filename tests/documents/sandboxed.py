"""What the tests of the sandbox run in it."""

import json
import os
import resource
import sys
import time

from documents import sandbox


def echo(payload: bytes) -> bytes:
    sys.stdout.write("said on the way")
    return payload


def count(payload: bytes) -> bytes:
    for number in range(3):
        sandbox.note(str(number))
    return payload


def surroundings(payload: bytes) -> bytes:
    return json.dumps(
        {
            "environment": sorted(os.environ),
            "files": len(os.listdir("/proc/self/fd")),
            "cpu": resource.getrlimit(resource.RLIMIT_CPU)[0],
            "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        }
    ).encode()


def hoard(payload: bytes) -> bytes:
    return b"x" * (1024 * 1024 * 1024)


def spin(payload: bytes) -> bytes:
    while True:
        pass


def sleep(payload: bytes) -> bytes:
    time.sleep(60)
    return payload


def stumble(payload: bytes) -> bytes:
    raise ValueError(f"quoted: {payload.decode()}")


def abort(payload: bytes) -> bytes:
    os.abort()


def abort_for_memory(payload: bytes) -> bytes:
    os.write(2, b"memory allocation of 99 bytes failed\n")
    os.abort()
