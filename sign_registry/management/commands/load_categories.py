"""Load the categories of places with their questions and reasons."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from sign_registry.services.site_categories import load_categories
from zones.management.town_command import TownCommand
from zones.management.towns import InputError


class Command(TownCommand):
    """`manage.py load_categories SLUG FILE.csv [--dry-run]`."""

    help = "Load categories of places, their questions and reasons from a table (CSV)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, and say what changed."""
        town, path = self.town(options["slug"]), options["file"]
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(f"There is no readable file {path}. Check the path.") from error
        loaded = load_categories(
            municipality=town,
            raw=raw,
            actor=None,
            now=timezone.now(),
            origin=f"load_categories {path.name}",
            dry_run=options["dry_run"],
        )
        self.stdout.write(
            f"categories: {len(loaded.added)} new, {len(loaded.changed)} changed, "
            f"{len(loaded.unchanged)} unchanged"
            + (" (dry run: nothing was stored)" if options["dry_run"] else "")
        )
