"""From the columns of a file to rows of the register, by a map of fields; each bad row is named."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.matching.vocabulary import street_type_code
from zones.importing.reading import Record
from zones.importing.rows import AddressRow, PlaceRow, PostalRow, Refusal, StreetRow

LONGEST_CODE, LONGEST_NAME, LONGEST_LOCALITY, LONGEST_KIND = 80, 300, 120, 40
"""What the columns of the register hold, in characters."""

ADDRESS_PARTS = (
    "key", "thoroughfare", "number", "block", "entrance", "quarter", "locality", "postal_code",
    "quality", "longitude", "latitude",
)  # fmt: skip
QUALITIES = ("surveyed", "interpolated", "centroid")

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class ZoneFields:
    """Which columns of a file name a zone; `names` maps a language to a column."""

    code: str
    names: Mapping[str, str]


def as_multipolygon(geometry: BaseGeometry | None) -> MultiPolygon | None:
    """An area as MultiPolygon, without heights; None for anything that is not an area."""
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    return geometry if isinstance(geometry, MultiPolygon) else None


def as_multiline(geometry: BaseGeometry | None) -> MultiLineString | None:
    """A line as MultiLineString; None for anything else."""
    if isinstance(geometry, LineString):
        return MultiLineString([geometry])
    return geometry if isinstance(geometry, MultiLineString) else None


def names_of(record: Record, names: Mapping[str, str]) -> dict[str, str]:
    """The names of a row, {language: text}; languages with an empty column are left out."""
    texts = {language: record.text(field) for language, field in names.items()}
    return {language: text for language, text in texts.items() if text}


def too_long(code: str, names: Mapping[str, str], longest: int = LONGEST_CODE) -> bool:
    """Whether a code or a name has more characters than the register holds."""
    return len(code) > longest or any(len(name) > LONGEST_NAME for name in names.values())


def street_rows(
    records: Sequence[Record], fields: ZoneFields, language: str
) -> tuple[list[StreetRow], list[Refusal]]:
    """Streets with optional columns type, variants (parted by |) and locality."""
    rows: list[StreetRow] = []
    refused: list[Refusal] = []
    for record in records:
        names, code = names_of(record, fields.names), record.text(fields.code)
        if not names or not code:
            refused.append(Refusal(record.line, _("The street has no name or no code.")))
            continue
        if too_long(code, names):
            refused.append(Refusal(record.line, _("The code or the name is too long.")))
            continue
        rows.append(
            StreetRow(
                record.line,
                code,
                names,
                type_code=street_type_code(record.text("type"), language),
                variants=tuple(filter(None, record.text("variants").split("|"))),
                locality=record.text("locality")[:LONGEST_LOCALITY],
                axis=as_multiline(record.geometry),
            )
        )
    return rows, refused


def address_rows(
    records: Sequence[Record], fields: Mapping[str, str], quality: str = "surveyed"
) -> tuple[list[AddressRow], list[Refusal]]:
    """Addresses by a map {part of ADDRESS_PARTS: column}; `quality` holds where no column says."""
    rows: list[AddressRow] = []
    refused: list[Refusal] = []
    seen: set[str] = set()
    for record in records:
        row = _address(record, fields, quality)
        if isinstance(row, AddressRow) and row.source_key in seen:
            row = Refusal(record.line, _("The key %s stands in the file twice.") % row.source_key)
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        seen.add(row.source_key)
        rows.append(row)
    return rows, refused


def _address(record: Record, fields: Mapping[str, str], quality: str) -> AddressRow | Refusal:
    part = {name: record.text(fields[name]) if name in fields else "" for name in ADDRESS_PARTS}
    location = point_of(record, fields.get("longitude", ""), fields.get("latitude", ""))
    if location is None:
        return Refusal(record.line, _("There is no point on Earth for the address."))
    if not (part["thoroughfare"] or part["block"] or part["quarter"] or part["locality"]):
        return Refusal(record.line, _("No street, block, quarter or settlement is given."))
    named_quality = part["quality"] or quality
    if named_quality not in QUALITIES:
        return Refusal(
            record.line,
            _("“%(word)s” is no quality of a point; write one of: %(known)s.")
            % {"word": named_quality, "known": ", ".join(QUALITIES)},
        )
    too_long = next(
        (name for name, text in part.items() if len(text) > _LONGEST.get(name, 200)), ""
    )
    if too_long:
        return Refusal(record.line, _("The column for “%s” is too long.") % too_long)
    return AddressRow(
        record.line,
        part["key"] or _key(part, location),
        location,
        thoroughfare=part["thoroughfare"],
        address_number=part["number"],
        block=part["block"],
        entrance=part["entrance"],
        quarter=part["quarter"],
        locality=part["locality"],
        postal_code=part["postal_code"],
        position_quality=named_quality,
    )


_LONGEST_KEY = 200
_LONGEST = {
    "number": 30, "entrance": 30, "block": 80, "quarter": 120, "locality": 120, "postal_code": 12,
}  # fmt: skip


def _key(part: Mapping[str, str], location: Point) -> str:
    """A stable key for a row that brings none: its words, and its point when no number tells."""
    words = [
        part[name]
        for name in ("locality", "quarter", "thoroughfare", "number", "block", "entrance")
    ]
    if not part["number"] and not part["block"]:
        words.append(f"{location.x:.6f} {location.y:.6f}")
    return "/".join(words)[:200]


def point_of(record: Record, longitude: str = "", latitude: str = "") -> Point | None:
    """The point of a row, from its geometry or its two columns, EPSG:4326; None when unusable."""
    if isinstance(record.geometry, Point) and not record.geometry.is_empty:
        x, y = record.geometry.x, record.geometry.y
    else:
        try:
            x, y = float(record.text(longitude)), float(record.text(latitude))
        except ValueError:
            return None
    on_earth = math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90
    return Point(x, y) if on_earth else None


def place_rows(
    records: Sequence[Record], fields: ZoneFields, kind: str = "place"
) -> tuple[list[PlaceRow], list[Refusal]]:
    """Places with optional columns kind, quality, longitude and latitude."""
    rows: list[PlaceRow] = []
    refused: list[Refusal] = []
    for record in records:
        names, code = names_of(record, fields.names), record.text(fields.code)
        location = point_of(record, "longitude", "latitude")
        if not names or not code or location is None:
            refused.append(Refusal(record.line, _("The place lacks a name, a code or a point.")))
            continue
        if too_long(code, names, _LONGEST_KEY):
            refused.append(Refusal(record.line, _("The code or the name is too long.")))
            continue
        quality = record.text("quality")
        rows.append(
            PlaceRow(
                record.line,
                code,
                names,
                kind=(record.text("kind") or kind)[:LONGEST_KIND],
                location=location,
                position_quality=quality if quality in QUALITIES else "surveyed",
            )
        )
    return rows, refused


def postal_rows(records: Sequence[Record]) -> tuple[list[PostalRow], list[Refusal]]:
    """Rows of a postal nomenclature with columns street, numbers, postal_code and locality."""
    rows: list[PostalRow] = []
    refused: list[Refusal] = []
    for record in records:
        street, code = record.text("street"), record.text("postal_code")
        if not street or not code or len(code) > _LONGEST["postal_code"]:
            refused.append(Refusal(record.line, _("The row lacks a street or a postal code.")))
            continue
        rows.append(
            PostalRow(record.line, street, record.text("numbers"), code, record.text("locality"))
        )
    return rows, refused
