"""A town with one row of everything, and its neighbour on the same ground."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.whole_town import Town, town_with


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """No request of another test counts towards the limit of this one."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def town() -> Town:
    """Ours."""
    return town_with("Ours", "ours")


@pytest.fixture
def neighbour() -> Town:
    """Another, whose every text says so."""
    return town_with("Canaryx", "theirs")
