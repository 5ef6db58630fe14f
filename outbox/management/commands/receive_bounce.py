"""Reads one letter that came back from standard input, for a pipe of the town's mail server."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from outbox.bounce_reports import MOST_BYTES, recipients_named
from outbox.services.bounces import is_ours, receive_bounce

# What sysexits.h says to mail servers: no such reader, and try again later.
_NO_USER, _TRY_LATER = 67, 75


class Command(BaseCommand):
    """`manage.py receive_bounce [--recipient ADDRESS] < letter`."""

    help = "Take note of one letter that came back; docs/delivery.md says how to set up the pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        """To whom it came, as the mail server knows better than the letter."""
        parser.add_argument("--recipient", default="", help="the address it came back to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check the signature in the address, write down."""
        content = sys.stdin.buffer.read(MOST_BYTES)
        given = options["recipient"]
        known = [one for one in ([given] if given else recipients_named(content)) if is_ours(one)]
        if not known:
            raise CommandError(
                "The letter came to no address that was made here.", returncode=_NO_USER
            )
        try:
            receive_bounce(address=known[0], content=content, now=timezone.now())
        except DatabaseError as error:
            words = "The database does not answer; the letter is to be tried again."
            raise CommandError(words, returncode=_TRY_LATER) from error
