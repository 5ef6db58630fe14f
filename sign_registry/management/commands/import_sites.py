"""Import the sites of a town from a file, its places, or the block entrances of its register."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from tqdm import tqdm

from sign_registry.importing.site_files import read_file
from sign_registry.importing.site_rows import KINDS, PARTS, Defaults, site_rows
from sign_registry.services.site_entrances import CATEGORY, EntranceImport, import_entrances
from sign_registry.services.site_imports import ImportReport, SiteImport, import_sites
from sign_registry.services.site_places import CATEGORY_OF_PLACE, rows_of_places
from zones.management.town_command import (
    TownCommand,
    add_source_arguments,
    field_map,
    source_of,
)
from zones.management.towns import InputError
from zones.models import Municipality


class Command(TownCommand):
    """`manage.py import_sites SLUG FILE | --from-places | --from-entrances […] [--dry-run]`."""

    help = (
        "Import sites from CSV, GeoJSON, GeoPackage or Shapefile, from the town's places, or from "
        "the block entrances of its address register, each with a planned registration sign."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file with its columns, or the places."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--from-places", action="store_true", help="take the town's places")
        parser.add_argument(
            "--from-entrances",
            action="store_true",
            help="take each address with a block and an entrance, and plan its registration sign",
        )
        parser.add_argument("--kind", choices=KINDS, default="", help="kind where no column says")
        parser.add_argument(
            "--category",
            default="",
            help="code of the category where no column says; with --from-places: kind=category; "
            f"with --from-entrances: {CATEGORY} if not said",
        )
        parser.add_argument(
            "--map",
            nargs="+",
            default=[],
            metavar="COLUMN=PART",
            help="columns with other names; parts: " + ", ".join(PARTS),
        )
        parser.add_argument(
            "--close-missing",
            action="store_true",
            help="close sites of the same source that the file no longer has",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        add_source_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, and say what was found; exit code 2 when nothing was stored."""
        town = self.town(options["slug"])
        chosen = [options["file"], options["from_places"], options["from_entrances"]]
        if sum(map(bool, chosen)) != 1:
            raise InputError(
                "Name a file, or --from-places, or --from-entrances, and only one of them."
            )
        if options["from_entrances"]:
            self._entrances(town, options)
            return
        imported = self._places if options["from_places"] else self._file
        is_storable = True
        for report in imported(town, options):
            self._say(report, dry_run=options["dry_run"])
            is_storable = is_storable and report.is_storable
        if not is_storable:
            raise InputError("Nothing was stored. Mend the rows named above and import again.")

    def _file(self, town: Municipality, options: dict[str, Any]) -> Iterable[ImportReport]:
        cells, faults = read_file(options["file"], field_map(options["map"], PARTS))
        defaults = Defaults(town.languages[0], options["kind"], options["category"])
        rows, refused = site_rows(cells, defaults)
        settings = SiteImport(
            source=source_of(options),
            origin=f"import_sites {options['file'].name}",
            closes_missing=options["close_missing"],
            dry_run=options["dry_run"],
        )
        yield import_sites(
            municipality=town,
            rows=rows,
            settings=settings,
            actor=None,
            now=timezone.now(),
            faults=[*faults, *refused],
        )

    def _places(self, town: Municipality, options: dict[str, Any]) -> Iterable[ImportReport]:
        kinds = dict(CATEGORY_OF_PLACE)
        if options["category"]:
            kind, equals, category = options["category"].partition("=")
            if not equals:
                raise InputError("Write --category kind=category, such as library=culture.")
            kinds = {kind: category}
        for source, rows in rows_of_places(municipality=town, kinds=kinds):
            yield import_sites(
                municipality=town,
                rows=rows,
                settings=SiteImport(
                    source=source, origin="import_sites places", dry_run=options["dry_run"]
                ),
                actor=None,
                now=timezone.now(),
            )

    def _entrances(self, town: Municipality, options: dict[str, Any]) -> None:
        with tqdm(unit=" entrances", disable=not sys.stderr.isatty()) as bar:
            report = import_entrances(
                municipality=town,
                actor=None,
                now=timezone.now(),
                settings=EntranceImport(
                    options["category"] or CATEGORY, dry_run=options["dry_run"]
                ),
                progress=bar.update,
            )
        for remark in report.repeated:
            self.stderr.write(f"(remark) {remark}")
        for code in report.left_over:
            self.stderr.write(f"(remark) {code}: the register no longer has it; it stays open")
        for one in report.imports:
            self._say(one, dry_run=options["dry_run"])
        self.stdout.write(f"registration signs: {report.planned} planned")
        if report.faults:
            raise InputError("Nothing was stored. Mend the addresses named above and try again.")

    def _say(self, report: ImportReport, *, dry_run: bool) -> None:
        for fault in report.faults:
            self.stderr.write(str(fault))
        for remark in report.remarks:
            self.stderr.write(f"(remark) {remark}")
        self.stdout.write(
            f"sites: {len(report.added)} new, {len(report.changed)} changed, "
            f"{report.unchanged} unchanged, {len(report.closed)} closed; "
            f"{len(report.faults)} faults, {len(report.remarks)} remarks, "
            f"{report.unplaced} in no zone" + (" (dry run: nothing was stored)" if dry_run else "")
        )
