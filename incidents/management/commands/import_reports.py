"""Import reports of another register from a table."""

import csv
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from incidents.loading.past_reports import PARTS, FieldMap, PastReader
from incidents.models import Incident
from incidents.services.past import write_past
from incidents.services.routing import route
from zones.management.town_command import TownCommand, bar
from zones.management.towns import InputError
from zones.models import Municipality


class Command(TownCommand):
    """`manage.py import_reports SLUG FILE.csv --map created="Created Date" …`."""

    help = (
        "Import reports of another register, each with its number there, as 311 tables have them. "
        "A number that is here already is left alone. Open reports are sent to whom the rules name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, its columns, and its kinds of faults."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="a table as CSV in UTF-8")
        parser.add_argument(
            "--map",
            nargs="+",
            action="append",
            default=[],
            required=True,
            metavar="PART=COLUMN",
            help=f"which column holds what; parts: {', '.join(PARTS)}",
        )
        parser.add_argument(
            "--kinds", type=Path, help="a table with the columns theirs, ours: kinds of faults"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done; store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write, route, report."""
        town = self.town(options["slug"])
        path: Path = options["file"]
        fields = FieldMap(
            _columns(chain.from_iterable(options["map"])),
            _kinds(options["kinds"]) if options["kinds"] else {},
        )
        lines = _lines(path, fields)
        reader = PastReader(town, fields, timezone.now())
        with transaction.atomic(), bar(lines, "reports") as progress:
            last = Incident.objects.aggregate(last=Max("pk"))["last"] or 0
            reports = reader.read(path)
            written = write_past(
                municipality=town, reports=reports, now=reader.now, said=progress.update
            )
            routed = _route_open(town, last, reader)
            transaction.set_rollback(options["dry_run"])
        self.say_refused(reader.refused)
        for kind, count in sorted(reader.unknown_kinds.items(), key=lambda one: -one[1]):
            self.stderr.write(f"“{kind}” is no kind of fault here: {count} reports without one.")
        self.stdout.write(
            f"{written} new, {routed} of them open and asked the rules about, "
            f"{reader.known} here already, {len(reader.refused)} left out"
            + (" (dry run: nothing was stored)" if options["dry_run"] else "")
        )


def _route_open(town: Municipality, last: int, reader: PastReader) -> int:
    """Ask the rules about what came now and is still open."""
    rows = Incident.objects.in_municipality(town).to_sort().filter(pk__gt=last)
    open_ones = list(rows.exclude(category=None).order_by("pk"))
    for incident in open_ones:
        route(incident=incident, now=reader.now)
    return len(open_ones)


def _columns(given: Any) -> dict[str, str]:
    found = {}
    for word in given:
        part, equals, column = word.partition("=")
        if not equals or part not in PARTS:
            raise InputError(
                f"“{word}” is no map of a column. Write part=column, with a part out of: "
                + ", ".join(PARTS)
                + "."
            )
        found[part] = column
    return found


def _kinds(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["theirs"]: row["ours"] for row in csv.DictReader(file)}
    except (OSError, KeyError) as error:
        raise InputError(f"{path} is no table with the columns theirs, ours.") from error


def _lines(path: Path, fields: FieldMap) -> int:
    """How many lines there are to read; a file without the columns is refused."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = fields.missing(rows.fieldnames or [])
            if missing:
                raise InputError(f"{path.name} has no column for: {', '.join(missing)}.")
            return sum(1 for _row in rows)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"There is no readable table {path}. Check the path.") from error
