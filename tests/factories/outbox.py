"""Outgoing messages for tests."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from outbox.models import OutboxMessage

WRITTEN_AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


class OutboxMessageFactory(DjangoModelFactory[OutboxMessage]):
    """A message that is due from the moment it was written."""

    class Meta:
        model = OutboxMessage

    recipient = factory.Sequence(lambda n: f"reader{n}@town.example")
    sender = "Town <town@town.example>"
    subject = factory.Sequence(lambda n: f"Letter {n}")
    body = "Text of the letter."
    kind = "digest"
    created_at = WRITTEN_AT
    next_attempt_at = factory.SelfAttribute("created_at")
