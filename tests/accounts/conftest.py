"""A person, a clean slate of limits, and the letters that were written."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from accounts.models import User
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.outbox.mail_server import MailServer, running_mail_server

ReadCode = Callable[[], str]


@pytest.fixture(autouse=True)
def mail_into_the_outbox(settings: Settings) -> None:
    """Undo Django's own test mailbox, and forget what was counted for limits."""
    settings.EMAIL_BACKEND = "outbox.mail_backend.OutboxBackend"
    cache.clear()


@pytest.fixture
def ana() -> User:
    """Somebody with an account and no password."""
    return UserFactory.create(email="ana@town.example", full_name="Ana Pop")


@pytest.fixture
def read_code() -> ReadCode:
    """Read the code from the newest letter."""

    def read() -> str:
        body = OutboxMessage.objects.of_kind("sign_in").order_by("-pk")[0].body
        found = re.search(r"\d{4}-\d{4}", body)
        assert found, body
        return found.group()

    return read


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """Serves on loopback; the delivery of the outbox goes there."""
    with running_mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
