"""Load an OpenStreetMap extract: streets, addresses, zones and places of a town."""

from pathlib import Path
from typing import Any

import shapely
from django.core.management.base import CommandParser
from django.utils import timezone

from zones.days import civil_day
from zones.importing.osm import ATTRIBUTION, LICENCE, read_extract
from zones.importing.rows import Source
from zones.management.town_command import TownCommand, day
from zones.management.towns import InputError
from zones.services.osm import OsmOrder, load_osm


class Command(TownCommand):
    """`manage.py load_osm SLUG FILE.osm.pbf`."""

    help = (
        "Load streets, addresses, places and administrative or place areas from an extract. For a "
        "country cut the town out first, for example with `osmium extract`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The extract, and what its administrative levels mean here."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dated", type=day, help="date of the extract, as 2026-01-31")
        parser.add_argument("--valid-from", type=day, help="first day of zones (default: today)")
        parser.add_argument(
            "--level",
            action="append",
            default=[],
            metavar="LEVEL=KIND",
            help="kind of zone of an admin_level, such as 10=neighbourhood",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, say what was done."""
        town = self.town(options["slug"])
        path: Path = options["file"]
        if not path.is_file():
            raise InputError(f"There is no file {path}. Check the path.")
        outline = None if town.outline is None else shapely.from_wkb(bytes(town.outline.wkb))
        extract = read_extract(path, town.languages, outline)
        now = timezone.now()
        outcome = load_osm(
            municipality=town,
            extract=extract,
            order=OsmOrder(
                Source(
                    source=f"OpenStreetMap, {path.name}",
                    licence=LICENCE,
                    attribution=ATTRIBUTION,
                    url="https://www.openstreetmap.org/copyright",
                    dated_on=options["dated"],
                ),
                options["valid_from"] or civil_day(now, town.timezone),
                _levels(options["level"]),
            ),
            now=now,
        )
        if outcome.outline_from:
            self.stdout.write(f"outline: taken from {outcome.outline_from}")
        for code, edition in outcome.zones.items():
            self.stdout.write(
                f"{code}: {len(edition.opened)} opened, {len(edition.replaced)} changed, "
                f"{len(edition.closed)} closed, {edition.unchanged} unchanged"
            )
        self.say_change("streets", outcome.streets)
        outcome.addresses.refused.extend(extract.refused)
        self.say_change("addresses", outcome.addresses)
        self.say_change("places", outcome.places)


def _levels(given: list[str]) -> dict[str, str]:
    levels = {}
    for word in given:
        level, equals, kind = word.partition("=")
        if not equals or not level.isdigit() or not kind:
            raise InputError(f"“{word}” is no level. Write it as 10=neighbourhood.")
        levels[level] = kind
    return levels
