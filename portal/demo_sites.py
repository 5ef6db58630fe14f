"""Loads the sites of a demonstration town by the town's own import, their categories first."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from sign_registry.importing.site_files import read_file
from sign_registry.importing.site_rows import Defaults, site_rows
from sign_registry.services.site_categories import load_categories
from sign_registry.services.site_entrances import EntranceImport, import_entrances
from sign_registry.services.site_imports import SiteImport, import_sites
from zones.importing.rows import Source
from zones.models import Municipality

Say = Callable[[str], None]

CATEGORIES = Path(settings.BASE_DIR) / "fixtures" / "site_categories.csv"


@dataclass(frozen=True, slots=True)
class DemoSites:
    """One file of sites and the data set it belongs to."""

    path: Path
    source: Source


def load_demo_sites(
    *,
    files: Sequence[DemoSites],
    municipality: Municipality,
    since: dt.date,
    now: dt.datetime,
    say: Say,
) -> None:
    """Load the categories we ship, then each file; a department that is missing is left out.

    Raises:
        ValueError: for a file with faults, which is an error of the program.
    """
    if not files:
        return
    load_categories(
        municipality=municipality,
        raw=CATEGORIES.read_bytes(),
        actor=None,
        now=now,
        origin=CATEGORIES.name,
    )
    for file in files:
        cells, faults = read_file(file.path, {})
        rows, refused = site_rows(cells, Defaults(municipality.languages[0]))
        report = import_sites(
            municipality=municipality,
            rows=rows,
            settings=SiteImport(file.source, origin=file.path.name, since=since, needs_owner=False),
            actor=None,
            now=now,
            faults=[*faults, *refused],
        )
        if not report.is_storable:
            raise ValueError(f"{file.path.name}: {[str(fault) for fault in report.faults]}")
        say(
            f"{municipality.slug}: {file.path.name}: {len(report.added)} new sites, "
            f"{report.unplaced} in no zone"
        )


def load_demo_entrances(
    *, municipality: Municipality, since: dt.date, now: dt.datetime, say: Say
) -> None:
    """Make a site and a planned sign of each block entrance in the register of the town.

    Raises:
        ValueError: for an entrance that cannot be a site, which is an error of the program.
    """
    report = import_entrances(
        municipality=municipality, settings=EntranceImport(since=since), actor=None, now=now
    )
    if report.faults:
        raise ValueError(f"{municipality.slug}: {[str(fault) for fault in report.faults]}")
    say(f"{municipality.slug}: {len(report.added)} entrances, {report.planned} signs planned there")
