"""Readers of these tests read English, whatever their town's first language is."""

import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    """A browser set to English."""
    return Client(headers={"accept-language": "en"})
