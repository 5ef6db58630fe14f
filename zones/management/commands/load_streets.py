"""Load streets with their axes, and derive their areas."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from zones.days import civil_day
from zones.importing.fields import street_rows
from zones.importing.reading import read_records, require_fields
from zones.management.town_command import (
    TownCommand,
    add_name_arguments,
    add_source_arguments,
    fields_of,
    source_of,
)
from zones.management.towns import InputError
from zones.services.registers import load_streets
from zones.services.street_areas import REACH_M, derive_street_areas


class Command(TownCommand):
    """`manage.py load_streets SLUG FILE …`."""

    help = (
        "Load streets from lines or a table (columns type, variants and locality are read where "
        "there are any) and derive the area of each."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and its columns."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        add_name_arguments(parser)
        parser.add_argument(
            "--reach", type=float, default=REACH_M, help="metres a street reaches from its axis"
        )
        parser.add_argument(
            "--remove-missing",
            action="store_true",
            help="also remove streets of this source that the file no longer has",
        )
        add_source_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, derive."""
        town = self.town(options["slug"])
        columns = fields_of(options, town)
        records = read_records(options["file"])
        require_fields(records, [columns.code, *columns.names.values()])
        rows, refused = street_rows(records, columns, town.languages[0])
        if not rows:
            self.say_refused(refused)
            raise InputError("The file has no street that could be taken. Check the columns.")
        change = load_streets(
            municipality=town,
            rows=rows,
            source=source_of(options),
            close_missing=options["remove_missing"],
        )
        change.refused.extend(refused)
        self.say_change("streets", change)
        now = timezone.now()
        areas = derive_street_areas(
            municipality=town,
            valid_from=civil_day(now, town.timezone),
            now=now,
            reach_m=options["reach"],
        )
        self.stdout.write(
            f"street areas: {len(areas.opened)} new, {len(areas.replaced)} changed, "
            f"{len(areas.closed)} closed, {areas.unchanged} unchanged"
        )
