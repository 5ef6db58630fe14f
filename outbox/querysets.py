"""Questions about outgoing messages: what is due, what is dead, what one address was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.models import OutboxMessage


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    """Messages on their way out."""

    def waiting(self) -> OutboxMessageQuerySet:
        """Keep those neither sent nor given up."""
        return self.filter(state="waiting")

    def dead(self) -> OutboxMessageQuerySet:
        """Keep those given up, which a person has to look at."""
        return self.filter(state="dead")

    def due(self, now: datetime) -> OutboxMessageQuerySet:
        """Keep those whose time has come: what somebody waits for first, then the oldest."""
        return (
            self.waiting()
            .filter(next_attempt_at__lte=now)
            .order_by("-is_urgent", "next_attempt_at", "pk")
        )

    def in_queue(self, queue: str) -> OutboxMessageQuerySet:
        """Keep those of one queue, which is the slug of a town or empty."""
        return self.filter(queue=queue)

    def in_batch(self, batch: str) -> OutboxMessageQuerySet:
        """Keep those sent together."""
        return self.filter(batch=batch)

    def to(self, recipient: str) -> OutboxMessageQuerySet:
        """Keep those to one address, whatever its case."""
        return self.filter(recipient__iexact=recipient)

    def of_kind(self, kind: str) -> OutboxMessageQuerySet:
        """Keep one kind."""
        return self.filter(kind=kind)

    def written_since(self, moment: datetime) -> OutboxMessageQuerySet:
        """Keep those written at a moment or later."""
        return self.filter(created_at__gte=moment)

    def finished_before(self, moment: datetime) -> OutboxMessageQuerySet:
        """Keep those sent or given up that were written before a moment."""
        return self.exclude(state="waiting").filter(created_at__lt=moment)
