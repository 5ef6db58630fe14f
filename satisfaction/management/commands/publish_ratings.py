"""Publishes the figures of a town now, without waiting for the night of Monday."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from tqdm import tqdm

from satisfaction.services.publishing import publish
from zones.management.towns import town_named


class Command(BaseCommand):
    """Release votes, freeze figures, look for worsenings of one town."""

    help = "Releases votes of past weeks and freezes the figures of periods that are over."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        """The town."""
        parser.add_argument("slug", help="short name of the municipality")

    def handle(self, *_args: Any, **options: Any) -> None:
        """One line of figures; a bar while many periods are computed."""
        town = town_named(options["slug"])
        with tqdm(unit="period", leave=False, disable=not sys.stderr.isatty()) as bar:

            def show(done: int, periods: int) -> None:
                bar.total = periods
                bar.update(done - bar.n)

            done = publish(now=timezone.now(), municipality=town, progress=show)
        self.stdout.write(
            f"{done.blocks} lots of votes released, {done.snapshots} periods published, "
            f"{done.alerts} worsenings found"
        )
