"""Reads files that people hand in on a page: always in a guarded child, never in this process."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.errors import SENTENCES, GeometryRefused
from geo.guarded import Bounds, GuardedError, run_guarded
from zones.importing.osm import Boundary, Extract
from zones.importing.reading import TABLES, Record
from zones.importing.rows import AddressRow, PlaceRow, Refusal, StreetRow, ZoneRow

PROGRAM = Path(__file__).with_name("alone.py")
MOST_BYTES = 20_000_000
"""Of a file that a page takes; a town of 100,000 people is a tenth of it."""

BOUNDS = Bounds(
    cpu_seconds=90, wall_seconds=150, memory_bytes=3_000_000_000, file_bytes=200_000_000
)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file as it came: its bytes, and the name it was given elsewhere."""

    raw: bytes
    name: str

    @property
    def suffix(self) -> str:
        """The end of the name where it tells how to read a table; everything else is looked at."""
        end = Path(self.name).suffix.lower()
        return end if end in TABLES else ".bin"


def read_handed_in_extract(
    file: HandedIn, languages: Sequence[str], outline: BaseGeometry | None
) -> Extract:
    """The rows of an OpenStreetMap extract, those inside the outline (EPSG:4326) only.

    Raises:
        ValidationError: with the sentence of the reader, or `too_heavy` at one of the bounds.
    """
    inside = "" if outline is None else str(shapely.to_wkb(outline, hex=True))
    said = _ask(file, {"what": "osm", "languages": list(languages), "outline": inside})
    return Extract(
        streets=[_street(row) for row in said["streets"]],
        addresses=[
            AddressRow(**{**row, "location": shapely.from_wkb(row["location"])})
            for row in said["addresses"]
        ],
        places=[
            PlaceRow(**{**row, "location": shapely.from_wkb(row["location"])})
            for row in said["places"]
        ],
        boundaries=[
            Boundary(
                ZoneRow(**{**area["row"], "geometry": shapely.from_wkb(area["row"]["geometry"])}),
                area["admin_level"],
                area["place"],
            )
            for area in said["boundaries"]
        ],
        refused=[Refusal(**row) for row in said["refused"]],
    )


def read_handed_in_records(file: HandedIn) -> list[Record]:
    """The rows of a table, a GeoJSON, a GeoPackage or a zipped Shapefile, shapes in EPSG:4326.

    Raises:
        ValidationError: with the sentence of the reader, or `too_heavy` at one of the bounds.
    """
    return [_record(row) for row in _ask(file, {"what": "records"})["records"]]


def _ask(file: HandedIn, order: dict[str, Any]) -> dict[str, Any]:
    language = translation.get_language() or "en"
    told = {"outline": "", "languages": [], **order, "language": language}
    line = json.dumps({**told, "suffix": file.suffix, "name": file.name[:80]}).encode()
    try:
        said: dict[str, Any] = json.loads(
            run_guarded(PROGRAM, line + b"\n" + file.raw, bounds=BOUNDS)
        )
    except (GuardedError, ValueError) as error:
        raise ValidationError(
            _(
                "%(name)s could not be read: it is damaged, or it unpacks to far more than a file "
                "of a town. Export it again, or cut the town out of it."
            ),
            code="too_heavy",
            params={"name": file.name[:80]},
        ) from error
    if "fault" in said:
        raise ValidationError(said["fault"], code="refused")
    return said


def _street(row: dict[str, Any]) -> StreetRow:
    axis = shapely.from_wkb(row["axis"]) if row["axis"] else None
    return StreetRow(**{**row, "variants": tuple(row["variants"]), "axis": axis})


def _record(row: dict[str, Any]) -> Record:
    shape = shapely.from_wkb(row["geometry"]) if row["geometry"] else None
    return Record(row["line"], row["values"], shape, tuple(_fault(one) for one in row["faults"]))


def _fault(fault: dict[str, Any]) -> GeometryRefused:
    code = fault["code"] if fault["code"] in SENTENCES else "invalid"
    place = tuple(fault["place"]) if fault["place"] else None
    return GeometryRefused(code, place=place, path=fault["path"])
