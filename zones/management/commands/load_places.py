"""Load named places: schools, parks, stops, desks."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from zones.importing.fields import place_rows
from zones.importing.reading import read_records, require_fields
from zones.management.town_command import (
    TownCommand,
    add_name_arguments,
    add_source_arguments,
    fields_of,
    source_of,
)
from zones.management.towns import InputError
from zones.services.registers import load_places


class Command(TownCommand):
    """`manage.py load_places SLUG FILE …`."""

    help = "Load places from points or a table with the columns longitude and latitude."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and its columns."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        add_name_arguments(parser)
        parser.add_argument("--kind", default="place", help="kind where no column “kind” says it")
        add_source_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and load."""
        town = self.town(options["slug"])
        columns = fields_of(options, town)
        records = read_records(options["file"])
        require_fields(records, [columns.code, *columns.names.values()])
        rows, refused = place_rows(records, columns, options["kind"])
        if not rows:
            self.say_refused(refused)
            raise InputError("The file has no place that could be taken. Check the columns.")
        change = load_places(municipality=town, rows=rows, source=source_of(options))
        change.refused.extend(refused)
        self.say_change("places", change)
