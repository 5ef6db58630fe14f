"""Shows the operator what waits in the outbox and what was given up."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count
from django.utils import timezone

from outbox.models import OutboxMessage
from outbox.services import retry_message

MOST_SHOWN = 50


class Command(BaseCommand):
    """`manage.py outbox [--retry-dead]`."""

    help = "Count outgoing messages, show those given up, and try these again."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument("--retry-dead", action="store_true", help="try given-up ones again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print counts, then the newest dead ones with their reasons; no address is printed."""
        if options["retry_dead"]:
            self._retry()
        counts = dict(OutboxMessage.objects.values_list("state").annotate(Count("pk")))
        for state in OutboxMessage.State:
            self.stdout.write(f"{state.value:8} {counts.get(state.value, 0)}")
        for message in OutboxMessage.objects.dead().order_by("-created_at", "-pk")[:MOST_SHOWN]:
            self.stdout.write(
                f"dead {message.pk}: {message.kind}, written {message.created_at:%Y-%m-%d %H:%M}, "
                f"{message.attempts} tries. {message.last_error}"
            )

    def _retry(self) -> None:
        now, tried = timezone.now(), 0
        for message in OutboxMessage.objects.dead().order_by("pk"):
            try:
                retry_message(message=message, now=now)
            except ValidationError as problem:
                self.stderr.write(f"{message.pk}: {problem.messages[0]}")
            else:
                tried += 1
        self.stdout.write(f"{tried} messages wait again.")
