"""Cases that many tests begin with."""

import pytest

from tests.registrations.factories import Case, case


@pytest.fixture
def prepared(small_edition) -> Case:
    """An application that is being prepared and lacks nothing."""
    return case(small_edition).apply()


@pytest.fixture
def filed(prepared) -> Case:
    """An application that waits for the acceptance check."""
    return prepared.file()


@pytest.fixture
def reviewed(filed) -> Case:
    """An application under technical review."""
    return filed.accept().review()
