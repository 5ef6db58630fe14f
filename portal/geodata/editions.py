"""Freezes a town's open geodata once a month: files beside the database that stay as they are.

Rows that can be taken back, as reports and notices can, are in no edition: only the live files
have them, so that what was hidden is nowhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.geodata.files import EVERYTHING, EVERYTHING_TITLE, WRITE, Format, write_geopackage
from portal.geodata.licensing import Licences, licences_of, together
from portal.geodata.registry import collections_of
from portal.geodata.spool import Spool, spooled
from zones.days import civil_day
from zones.models import GeodataFile, Municipality

FOLDER = "open"


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that was written and waits to be made known."""

    path: Path
    code: str
    titles: dict[str, str]
    format: Format
    rows: int
    licences: Licences


def freeze_edition(*, municipality: Municipality, now: dt.datetime) -> int:
    """Write the edition of the month, unless there is one or nothing is published yet.

    Returns:
        How many files were written.
    """
    month = civil_day(now, municipality.timezone).replace(day=1)
    if GeodataFile.objects.in_municipality(municipality).of_month(month).exists():
        return 0
    place = Path(settings.MEDIA_ROOT) / FOLDER / municipality.slug / f"{month:%Y-%m}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".unfinished-") as folder:
        written = _write(municipality, now, Path(folder))
        if not any(one.rows for one in written):
            return 0
        return _make_known(written, municipality, month, now, place)


def freeze_due(*, now: dt.datetime) -> dict[str, int]:
    """Freeze the month in every town where it is missing; how many files, by short name."""
    towns = Municipality.objects.order_by("pk")
    made = {town.slug: freeze_edition(municipality=town, now=now) for town in towns}
    return {slug: files for slug, files in made.items() if files}


def _write(town: Municipality, now: dt.datetime, folder: Path) -> list[_Written]:
    language = town.languages[0]
    spools = [
        spooled(one, folder / f"{one.code}.arrow", language)
        for one in collections_of(town, now)
        if one.is_lasting
    ]
    whole = folder / f"{EVERYTHING}.{Format.GPKG}"
    write_geopackage(spools, whole, language)
    known = {spool.collection.code: licences_of(spool.collection) for spool in spools}
    titles, rows = _titles(EVERYTHING_TITLE), sum(one.rows for one in spools)
    found = [_Written(whole, EVERYTHING, titles, Format.GPKG, rows, together(known.values()))]
    for spool in spools:
        found += _forms(spool, folder, language, known[spool.collection.code])
    return found


def _forms(spool: Spool, folder: Path, language: str, licences: Licences) -> Iterator[_Written]:
    code, titles = spool.collection.code, _titles(spool.collection.title)
    for written_as, write in WRITE.items():
        path = folder / f"{code}.{written_as}"
        write(spool, path, language)
        yield _Written(path, code, titles, written_as, spool.rows, licences)


def _make_known(
    written: Sequence[_Written],
    town: Municipality,
    month: dt.date,
    now: dt.datetime,
    place: Path,
) -> int:
    """Rows first: where another run was faster they are refused, and its files stay."""
    place.mkdir(exist_ok=True)
    rows = [_row(one, town, month, now, place) for one in written]
    try:
        with transaction.atomic():
            GeodataFile.objects.bulk_create(rows)
            for one in written:
                one.path.chmod(0o444)  # nobody writes it again by mistake
                one.path.replace(place / one.path.name)
    except IntegrityError:
        return 0
    return len(rows)


def _row(
    one: _Written, town: Municipality, month: dt.date, now: dt.datetime, place: Path
) -> GeodataFile:
    with one.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return GeodataFile(
        municipality=town,
        month=month,
        collection=one.code,
        titles=one.titles,
        format=one.format,
        file=f"{FOLDER}/{town.slug}/{place.name}/{one.path.name}",
        rows=one.rows,
        size=one.path.stat().st_size,
        sha256=digest,
        licences=one.licences.named,
        is_synthetic=one.licences.is_synthetic,
        made_at=now,
    )


def _titles(title: Any) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = str(title)
    return found
