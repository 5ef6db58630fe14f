"""Load the postal nomenclature of a town: codes by street, house numbers and blocks."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from zones.importing.fields import postal_rows
from zones.importing.reading import read_records, require_fields
from zones.management.town_command import (
    TownCommand,
    add_source_arguments,
    source_of,
)
from zones.management.towns import InputError
from zones.services.postal import load_postal_ranges

COLUMNS = ["street", "numbers", "postal_code"]


class Command(TownCommand):
    """`manage.py load_postal_ranges SLUG FILE`."""

    help = "Load a table with the columns street, numbers, postal_code and, if given, locality."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        add_source_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and load."""
        town = self.town(options["slug"])
        records = read_records(options["file"])
        require_fields(records, COLUMNS)
        rows, refused = postal_rows(records)
        if not rows:
            self.say_refused(refused)
            raise InputError("The file has no row with a street and a postal code.")
        change = load_postal_ranges(municipality=town, rows=rows, source=source_of(options))
        change.refused.extend(refused)
        self.say_change("postal ranges", change)
