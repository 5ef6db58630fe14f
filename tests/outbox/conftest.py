"""A mail server that the settings point to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.outbox.mail_server import MailServer, running_mail_server


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """Serves on loopback; the delivery of the outbox goes there."""
    with running_mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 5
        yield server
