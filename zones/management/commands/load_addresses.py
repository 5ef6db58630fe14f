"""Load addresses from a table or a file of points, by a map of its columns."""

from pathlib import Path
from typing import Any

import shapely
from django.core.management.base import CommandParser

from zones.importing.fields import ADDRESS_PARTS, QUALITIES, address_rows
from zones.importing.reading import read_records, require_fields
from zones.importing.rows import AddressRow
from zones.management.town_command import (
    TownCommand,
    add_source_arguments,
    bar,
    field_map,
    source_of,
)
from zones.management.towns import InputError
from zones.models import Municipality
from zones.services.registers import load_addresses


class Command(TownCommand):
    """`manage.py load_addresses SLUG FILE --map column=part …`."""

    help = "Load addresses from CSV, GeoJSON or GeoPackage; parts: " + ", ".join(ADDRESS_PARTS)

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, its columns and where it comes from."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map", nargs="+", required=True, metavar="COLUMN=PART", help="columns of the file"
        )
        parser.add_argument(
            "--quality", choices=QUALITIES, default="surveyed", help="how the points were found"
        )
        parser.add_argument(
            "--remove-missing",
            action="store_true",
            help="also remove addresses of this source that the file no longer has",
        )
        add_source_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, and name every row that was left out."""
        town = self.town(options["slug"])
        columns = field_map(options["map"], ADDRESS_PARTS)
        records = read_records(options["file"])
        require_fields(records, list(columns.values()))
        rows, refused = address_rows(records, columns, options["quality"])
        if not rows:
            self.say_refused(refused)
            raise InputError("The file has no address that could be taken. Check --map.")
        with bar(len(rows), "address") as progress:
            change = load_addresses(
                municipality=town,
                rows=rows,
                source=source_of(options),
                close_missing=options["remove_missing"],
                progress=progress.update,
            )
        change.refused.extend(refused)
        self.say_change("addresses", change)
        self._say_outside(town, rows)

    def _say_outside(self, town: Municipality, rows: list[AddressRow]) -> None:
        """Addresses beyond the outline are kept, since outlines are rough; but they are told."""
        if town.outline is None:
            return
        outline = shapely.from_wkb(bytes(town.outline.wkb))
        inside = shapely.covers(outline, [row.location for row in rows])
        outside = [row.line for row, lies in zip(rows, inside, strict=True) if not lies]
        if outside:
            self.stderr.write(
                f"{len(outside)} addresses lie outside the municipality, for example in line "
                f"{outside[0]}. They were taken; check their points."
            )
