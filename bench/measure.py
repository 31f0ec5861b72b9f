"""How one operation is measured: through HTTP, in this process, each run rolled back."""

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
    """CPU is user and system time of this process, without the PostgreSQL back ends; the median of the runs."""

    operation: str
    declarations: int
    cpu_ms: float
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
        cpu_ms=round(median(cpu for cpu, _queries, _size in runs) * 1000, 1),
        queries=max(queries for _cpu, queries, _size in runs),
        bytes=runs[-1][2],
        rows=rows,
    )


def _once(request: Callable[[], HttpResponse]) -> tuple[float, int, int]:
    queries = 0

    def count(execute, sql, params, many, context):
        nonlocal queries
        queries += not sql.startswith(FRAME)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(count):
        started = time.process_time()
        response = request()
        content = response.getvalue()
        cpu = time.process_time() - started
        if response.status_code >= 400:
            raise RuntimeError(f"{response.status_code}: {content[:500].decode(errors='replace')}")
        transaction.set_rollback(True)
    return cpu, queries, len(content)
