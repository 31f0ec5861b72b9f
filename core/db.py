"""Small bridges between the rules in Python and the same rules in SQL."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, CharField, Func, QuerySet, Value, When
from psycopg.rows import namedtuple_row

from core.exceptions import DomainError


class DayRange(Func):
    """daterange(first_day, last_day, '[]') for exclusion constraints; a NULL end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


def case_of(table: Mapping[str, str], *, field: str) -> Case:
    """The SQL twin of `table[row.field]`; NULL for what the table does not name."""
    return Case(
        *(When(**{field: key}, then=Value(value)) for key, value in table.items()),
        default=None,
        output_field=CharField(),
    )


@contextmanager
def refusals(messages: Mapping[str, str]) -> Iterator[None]:
    """Turn the violation of a *named* constraint or trigger into a DomainError with its sentence.

    Works inside a savepoint, so the surrounding transaction stays usable. Any other violation is raised as it is.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        text = str(error)
        for name, message in messages.items():
            if name in text:
                raise DomainError(message) from error
        raise


def lock_name(name: str) -> None:
    """Wait for, and hold until the transaction ends, the lock of a thing that has no row yet to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


class PreparedRows:
    """A large SELECT that is worded once and asked often; its rows are named tuples.

    Django words a query anew each time, which for one with several subqueries costs more CPU than asking it. `rows` is
    a `values_list`, `asked` are the lookups, by key or by text, whose values come later. Values go to PostgreSQL as
    parameters, like those of any other query.
    """

    def __init__(self, rows: QuerySet, *asked: str):
        marks = {lookup: Value(uuid.uuid4()) for lookup in asked}
        names = {mark.value: lookup for lookup, mark in marks.items()}
        self._sql, parameters = rows.filter(**marks).query.sql_with_params()
        self._parameters = [(names.get(value), value) for value in parameters]

    def of(self, **values: Any) -> list[Any]:
        """The rows for these values, one for each lookup that was announced. One query."""
        parameters = [values[name] if name else fixed for name, fixed in self._parameters]
        with connection.cursor() as cursor:
            cursor.cursor.row_factory = namedtuple_row
            cursor.execute(self._sql, parameters)
            return cursor.fetchall()
