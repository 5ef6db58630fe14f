"""Import the sites of a town from a file, or from the places it already has."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from sign_registry.importing.site_files import read_file
from sign_registry.importing.site_rows import KINDS, PARTS, Defaults, site_rows
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
    """`manage.py import_sites SLUG FILE | --from-places […] [--dry-run]`."""

    help = "Import sites from CSV, GeoJSON, GeoPackage or Shapefile, or from the town's places."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file with its columns, or the places."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--from-places", action="store_true", help="take the town's places")
        parser.add_argument("--kind", choices=KINDS, default="", help="kind where no column says")
        parser.add_argument(
            "--category",
            default="",
            help="code of the category where no column says; with --from-places: kind=category",
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
        if options["from_places"] == bool(options["file"]):
            raise InputError("Name a file, or --from-places, and not both.")
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
