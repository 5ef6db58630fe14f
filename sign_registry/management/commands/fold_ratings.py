"""Folds what waits in the inboxes of ratings now, without waiting for the ten minutes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from sign_registry.services.ratings import fold_inboxes, fold_tallies


class Command(BaseCommand):
    """Fold ratings of all towns."""

    help = "Adds up the ratings that wait in the inboxes; with --old also makes old sums coarser."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument(
            "--old", action="store_true", help="also fold old day parts to weeks and months"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """One line of figures."""
        folded = fold_inboxes(now=timezone.now())
        self.stdout.write(
            f"{folded.votes} ratings folded, {folded.comments} comments, "
            f"{folded.cases} bursts set aside"
        )
        if options["old"]:
            self.stdout.write(f"{fold_tallies(now=timezone.now())} rows of old sums written")
