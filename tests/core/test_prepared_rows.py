"""A SELECT that is worded once gives what Django gives, for every value."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from controls.models import Control
from core.db import PreparedRows

pytestmark = pytest.mark.django_db
COLUMNS = ("number", "title", "parent_id")


def test_rows_are_those_of_the_queryset_by_name_and_in_its_order(small_edition):
    rows = Control.objects.exclude(level="").order_by("-sort_key").values_list(*COLUMNS)
    prepared = PreparedRows(rows, "edition", "parent__number")
    parents = {c.parent.number for c in Control.objects.filter(parent__isnull=False)}
    assert len(parents) > 1
    for number in parents:
        wanted = list(rows.filter(edition=small_edition, parent__number=number))
        found = prepared.of(edition=small_edition.pk, parent__number=number)
        assert found == wanted
        assert [row.number for row in found] == [number for number, _title, _parent in wanted]


def test_a_value_is_a_value_and_no_sql(small_edition):
    prepared = PreparedRows(Control.objects.values_list(*COLUMNS), "number")
    for text in ("4.1' OR ''='", "%s", "4.1%", "\\' --", ""):
        assert prepared.of(number=text) == []


def test_asking_is_one_query_and_an_unannounced_lookup_is_an_error(small_edition):
    prepared = PreparedRows(Control.objects.values_list(*COLUMNS), "edition")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert prepared.of(edition=small_edition.pk)
    assert len(asked) == 1
    with pytest.raises(KeyError):
        prepared.of(number="4.1")
