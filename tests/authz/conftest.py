"""One world for a module: built in a transaction around all its tests and rolled back behind the last."""

import logging

import pytest
from django.db import transaction

from tests.authz.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world. Every test runs in a transaction inside this one, so each finds it as it was built."""
    refusals = logging.getLogger("django.request")
    level = refusals.level
    refusals.setLevel(logging.ERROR)  # thousands of them, each with its traceback
    with django_db_blocker.unblock(), transaction.atomic():
        yield World().build()
        transaction.set_rollback(True)
    refusals.setLevel(level)
