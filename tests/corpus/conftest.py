"""An application that lacks nothing but to be filed."""

import pytest

from tests.registrations.factories import Case, case


@pytest.fixture
def prepared(small_edition) -> Case:
    """In preparation."""
    return case(small_edition).apply()
