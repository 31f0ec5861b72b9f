"""Small bridges between the rules in Python and the same rules in SQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.contrib.postgres.fields import DateRangeField
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, CharField, Func, Value, When

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
