"""How one operation is measured: a request through the whole middleware stack, in this process, each run rolled back.

As in production: DEBUG is off, templates are cached, and nothing watches the rendering (`setup_test_environment`, which
the tests use, copies every context of every include). Counted are the middleware, session, person and membership, the
view, the services and the template; the session and the middleware exist before, as they do in a server. Not counted
are the back ends of PostgreSQL, the sockets of a web server and the check of a kept connection (CONN_HEALTH_CHECKS).
The test client itself, which encodes the form and reads the answer, is counted: a fraction of a millisecond.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.db import connection, transaction
from django.http import HttpResponse

WARM_UPS, RUNS = 5, 20
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU is user and system time of this process, wall the time by the clock; each the median of the runs."""

    operation: str
    declarations: int
    cpu_ms: float
    wall_ms: float
    queries: int
    bytes: int
    rows: int


def measure(
    operation: str, request: Callable[[], HttpResponse], *, declarations: int, rows: int
) -> Cost:
    """Run `request` five times to warm up and twenty times for the record; nothing of it stays."""
    runs = [_once(request) for _run in range(WARM_UPS + RUNS)][WARM_UPS:]
    return Cost(
        operation=operation,
        declarations=declarations,
        cpu_ms=round(median(cpu for cpu, *_rest in runs) * 1000, 1),
        wall_ms=round(median(wall for _cpu, wall, *_rest in runs) * 1000, 1),
        queries=max(queries for *_times, queries, _size in runs),
        bytes=runs[-1][3],
        rows=rows,
    )


def _once(request: Callable[[], HttpResponse]) -> tuple[float, float, int, int]:
    queries = 0

    def count(execute, sql, params, many, context):
        nonlocal queries
        queries += not sql.startswith(FRAME)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(count):
        cpu, wall = time.process_time(), time.perf_counter()
        response = request()
        content = response.getvalue()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if response.status_code >= 400:
            raise RuntimeError(f"{response.status_code}: {content[:500].decode(errors='replace')}")
        transaction.set_rollback(True)
    return cpu, wall, queries, len(content)
