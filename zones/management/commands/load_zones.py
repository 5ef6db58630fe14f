"""Load an edition of zones from a file, after judging it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from zones.days import civil_day
from zones.importing.quality import Ground
from zones.importing.report import sentences
from zones.importing.rows import KindSpec
from zones.importing.zone_file import ZoneFile, read_zones
from zones.management.town_command import (
    TownCommand,
    add_name_arguments,
    add_source_arguments,
    bar,
    day,
    fields_of,
    source_of,
)
from zones.management.towns import InputError
from zones.models import Municipality, ZoneKind
from zones.services.editions import EditionOutcome, NewEdition, load_zones


class Command(TownCommand):
    """`manage.py load_zones SLUG KIND FILE …`."""

    help = "Load zones of one kind from GeoJSON, GeoPackage or Shapefile; the file is the whole."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to load, as what, and from when on."""
        super().add_arguments(parser)
        parser.add_argument("kind", help="code of the kind, such as neighbourhood")
        parser.add_argument("file", type=Path)
        parser.add_argument("--valid-from", type=day, help="first day (default: today)")
        add_name_arguments(parser)
        parser.add_argument(
            "--kind-name", action="append", metavar="LANGUAGE=NAME", help="name of a new kind"
        )
        parser.add_argument(
            "--kind-plural", action="append", metavar="LANGUAGE=NAME", help="name of several"
        )
        parser.add_argument(
            "--partition", action="store_true", help="a new kind whose zones may not overlap"
        )
        add_source_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument(
            "--repair", action="store_true", help="repair invalid shapes instead of refusing them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, say what was found, and write unless something refuses it."""
        town = self.town(options["slug"])
        kind = _kind(town, options)
        with bar(3, "step") as steps:
            file = _read(town, kind, options)
            steps.update()
            self._say_findings(file)
            if not file.is_loadable:
                raise InputError(
                    "Nothing was loaded. Put the file right, or let --repair mend its shapes."
                )
            outcome = _write(town, kind, file, options)
            steps.update(2)
        self._say_outcome(outcome, dry_run=options["dry_run"])

    def _say_findings(self, file: ZoneFile) -> None:
        for line in sentences([finding.as_json() for finding in file.findings]):
            self.stderr.write(line)

    def _say_outcome(self, outcome: EditionOutcome, *, dry_run: bool) -> None:
        if not outcome.wrote:
            self.stdout.write(f"Nothing is new: {outcome.unchanged} zones unchanged.")
            return
        for code in outcome.closed:
            self.stdout.write(f"Zone {code} is not in the file and was closed.")
        self.stdout.write(
            f"{'Would be done' if dry_run else 'Done'}: {len(outcome.opened)} opened, "
            f"{len(outcome.replaced)} changed, {len(outcome.closed)} closed, "
            f"{len(outcome.renamed)} renamed, {outcome.unchanged} unchanged."
        )


def _kind(town: Municipality, options: dict[str, Any]) -> KindSpec:
    """The kind as the town has it; options only describe a new one."""
    known = ZoneKind.objects.in_municipality(town).filter(code=options["kind"]).first()
    names, plurals = _by_language(options["kind_name"]), _by_language(options["kind_plural"])
    if known is not None:
        return KindSpec(
            known.code,
            names or known.names,
            options["partition"] or known.is_partition,
            plurals,
        )
    word = options["kind"].replace("-", " ").replace("_", " ").capitalize()
    return KindSpec(options["kind"], names or {"en": word}, options["partition"], plurals)


def _by_language(words: Sequence[str] | None) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words or () if "=" in word)


def _read(town: Municipality, kind: KindSpec, options: dict[str, Any]) -> ZoneFile:
    outline = None if town.outline is None else shapely.from_wkb(bytes(town.outline.wkb))
    return read_zones(
        options["file"],
        fields_of(options, town),
        Ground(town.metric_srid, outline),
        is_partition=kind.is_partition,
        mend=options["repair"],
    )


def _write(
    town: Municipality, kind: KindSpec, file: ZoneFile, options: dict[str, Any]
) -> EditionOutcome:
    now = timezone.now()
    valid_from = options["valid_from"] or civil_day(now, town.timezone)
    with transaction.atomic():
        outcome = load_zones(
            municipality=town,
            new=NewEdition(kind, file.rows, source_of(options), valid_from, file.as_json()),
            now=now,
        )
        if options["dry_run"]:
            transaction.set_rollback(True)
    return outcome
