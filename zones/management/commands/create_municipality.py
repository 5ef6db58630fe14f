"""Found a municipality, or bring the facts of one up to date."""

from pathlib import Path
from typing import Any

import shapely
from django.core.management.base import CommandParser

from zones.importing.fields import as_multipolygon
from zones.importing.reading import read_records
from zones.management.town_command import TownCommand
from zones.management.towns import InputError
from zones.models import Municipality
from zones.services.municipalities import TownFacts, create_municipality


class Command(TownCommand):
    """`manage.py create_municipality --slug --name --country --languages --timezone …`."""

    help = "Found a municipality; with a known --slug, bring its facts up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        """The facts of the town."""
        parser.add_argument("--slug", required=True, help="short name, part of all addresses")
        parser.add_argument(
            "--name",
            required=True,
            action="append",
            metavar="[LANGUAGE=]NAME",
            help="name; several as ro=Roman en=Roman",
        )
        parser.add_argument("--country", required=True, help="two letters, such as RO")
        parser.add_argument("--languages", required=True, help="such as ro,en; first is the main")
        parser.add_argument("--timezone", required=True, help="such as Europe/Bucharest")
        parser.add_argument("--metric-srid", required=True, type=int, help="EPSG code in metres")
        parser.add_argument("--accent", default="", help="colour, such as #1f4e79")
        parser.add_argument("--outline", type=Path, help="file whose areas make the outline")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and store the town."""
        languages = [word.strip() for word in options["languages"].split(",") if word.strip()]
        if not languages:
            raise InputError("Name at least one language, such as --languages ro,en.")
        facts = TownFacts(
            slug=options["slug"],
            names=_names(options["name"], languages[0]),
            country=options["country"].upper(),
            timezone=options["timezone"],
            languages=languages,
            metric_srid=options["metric_srid"],
            accent=options["accent"],
        )
        outline = _outline(options["outline"]) if options["outline"] else None
        known = Municipality.objects.filter(slug=facts.slug).exists()
        create_municipality(facts=facts, outline=outline)
        self.stdout.write(f"{facts.slug}: {'up to date' if known else 'founded'}")


def _names(given: list[str], first: str) -> dict[str, str]:
    names = {}
    for word in given:
        language, equals, text = word.partition("=")
        names[language if equals else first] = text if equals else word
    return names


def _outline(path: Path) -> shapely.MultiPolygon:
    records = read_records(path)
    faults = [fault for record in records for fault in record.faults]
    if faults:
        raise faults[0]
    shapes = [record.geometry for record in records if record.geometry is not None]
    outline = as_multipolygon(shapely.union_all(shapes))
    if outline is None:
        raise InputError(f"{path.name} holds no areas. Give a file of polygons.")
    return outline
