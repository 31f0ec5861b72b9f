"""Fixtures for every test.

The scheme's parameters are there in every test that touches the database; nothing needs to be asked for. A catalogue is
asked for by name: `small_edition` (enough for nearly everything) or, under the mark `full_catalogue`, `both_editions`.
"""

import pytest
from hypothesis import settings

from controls.services.parameters import load_scheme_parameters
from tests.controls import factories

# No test fails for being slow.
settings.register_profile("register", deadline=None)
settings.load_profile("register")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the shipped scheme parameters in it."""
    with django_db_blocker.unblock():
        load_scheme_parameters()


@pytest.fixture(autouse=True)
def scheme(request):
    """The shipped parameters in every test with a database, also after a transactional test has emptied the tables."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("db")
        load_scheme_parameters()


@pytest.fixture
def small_edition(db):
    """A published edition of 30 controls: every level and suffix. More of them: `factories.small_edition(code)`."""
    return factories.small_edition()


@pytest.fixture
def both_editions(db):
    """The two shipped editions, published, oldest first. Slow: mark the test `full_catalogue`."""
    return factories.both_editions()
