"""The words after ./run."""

import os
import sys
from collections.abc import Callable

from devstack import commands
from devstack.checkout import Checkout
from devstack.console import RefusedError
from devstack.supervisor import listen_for_stop_requests

HELP = """\
usage: ./run COMMAND [arguments]

  demo               the whole system with demo data, until Ctrl-C
                     デモデータ入りの全体を起動します(終了は Ctrl-C)
  test [pytest …]    the tests, on a PostgreSQL of their own
                     テストを実行します
  e2e [pytest …]     the browser tests, on a whole system of their own (needs Chromium)
                     ブラウザーによる試験を実行します
  bench [options]    cost of the named operations in CPU time, queries and bytes
                     主な操作の負荷を測ります
  manage COMMAND …   a management command on the demo database
                     デモのデータベースで管理コマンドを実行します
  reset              remove the demo's database, files and logs
                     デモのデータを消します

Everything is set up on the first call. These variables change what is used:
  BIND=host:port               where the demo listens (127.0.0.1:8000)
  DATABASE_URL, BROKER_URL     your own PostgreSQL and Redis/Valkey instead of the embedded ones
  CACHE_URL                    the cache, if it is not on the server of BROKER_URL
  PG_BIN=directory             the binaries of another PostgreSQL (15 or newer)
  CI=1                         browser tests leave no pictures (tests/e2e/shots), PDF tests run in any case
  RUN_NO_UV=1                  install with pip even where uv is present
"""

COMMANDS: dict[str, Callable[[Checkout, list[str]], int]] = {
    "demo": commands.demo,
    "test": commands.test,
    "e2e": commands.e2e,
    "bench": commands.bench,
    "manage": commands.manage,
    "reset": commands.reset,
}
INTERRUPTED = 130


def main(words: list[str]) -> int:
    """Run one command and return the exit status of ./run."""
    if not words or words[0] in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0 if words else 2
    name, *arguments = words
    if name not in COMMANDS:
        print(f"./run: there is no command {name!r}.\n\n{HELP}", end="", file=sys.stderr)
        return 2
    if os.geteuid() == 0:
        os.umask(0o022)  # the servers run as somebody else and must reach their directories
    listen_for_stop_requests()
    try:
        return COMMANDS[name](Checkout.here(), arguments)
    except RefusedError as error:
        print(f"./run {name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"./run {name}: interrupted.", file=sys.stderr)
        return INTERRUPTED
