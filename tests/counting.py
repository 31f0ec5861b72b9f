"""Counts queries as the budgets do: what a request asks of the database, without BEGIN, COMMIT and SAVEPOINT."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that ran inside the block."""
    seen: list[str] = []

    def note(execute, sql, params, many, context):
        if not sql.startswith(FRAME):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
