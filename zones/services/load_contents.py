"""What is in a file for the register: columns with a guess what they are, or areas and counts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon

from geo.matching.letters import fold
from zones.importing.fields import ADDRESS_PARTS, as_multipolygon
from zones.importing.handed_in import (
    HandedIn,
    read_handed_in_extract,
    read_handed_in_records,
)
from zones.importing.osm import Extract
from zones.importing.reading import Record
from zones.models import TownLoad

SHOWN_ROWS = 3
SHOWN_AREAS = 200
LEVEL = "level:"

# Words that columns of registers are called by, folded to plain letters.
GUESSES = {
    "key": ("key", "id", "cod", "code", "kod", "gid", "siruta"),
    "thoroughfare": ("street", "strada", "thoroughfare", "addr:street", "ulica", "ulitsa", "улица"),
    "number": ("number", "nr", "numar", "housenumber", "addr:housenumber", "nomer", "номер", "no"),
    "block": ("block", "bloc", "blok", "блок"),
    "entrance": ("entrance", "scara", "vhod", "вход"),
    "quarter": ("quarter", "cartier", "kvartal", "квартал", "neighbourhood", "suburb"),
    "locality": ("locality", "localitate", "city", "town", "addr:city", "grad", "село", "град"),
    "postal_code": ("postal_code", "postcode", "cod_postal", "addr:postcode", "zip", "пк"),
    "quality": ("quality", "calitate"),
    "longitude": ("longitude", "lon", "lng", "x"),
    "latitude": ("latitude", "lat", "y"),
    "name": ("name", "nume", "denumire", "nom", "ime", "име", "наименование"),
    "code": ("code", "cod", "key", "id", "kod", "код", "gid"),
    "kind": ("kind", "tip", "type", "вид"),
}
WANTED = {
    TownLoad.Kind.ADDRESSES: ADDRESS_PARTS,
    TownLoad.Kind.ZONES: ("code", "name"),
    TownLoad.Kind.STREETS: ("code", "name"),
    TownLoad.Kind.PLACES: ("code", "name"),
}


def file_of(load: TownLoad) -> HandedIn:
    """The bytes with their name."""
    return HandedIn(bytes(load.content), load.name)


def records_of(load: TownLoad) -> list[Record]:
    """The rows of a table or of a file of shapes, read anew."""
    return read_handed_in_records(file_of(load))


def extract_of(load: TownLoad, outline: MultiPolygon | None) -> Extract:
    """The rows of an extract inside an outline (EPSG:4326), read anew."""
    return read_handed_in_extract(file_of(load), load.municipality.languages, outline)


def town_outline(load: TownLoad) -> MultiPolygon | None:
    """The border the town has, EPSG:4326."""
    outline = load.municipality.outline
    return None if outline is None else as_multipolygon(shapely.from_wkb(bytes(outline.wkb)))


def look(load: TownLoad) -> dict[str, Any]:
    """What a person needs to see to choose.

    Raises:
        ValidationError: when the file cannot be read, or holds nothing.
    """
    if load.kind == TownLoad.Kind.OSM:
        return _areas(extract_of(load, town_outline(load)))
    records = records_of(load)
    if not records:
        raise ValidationError(
            _("The file has no rows. Export it again with its rows."), code="no_rows"
        )
    columns = [str(name) for name in records[0].values]
    return {
        "rows": len(records),
        "columns": columns,
        "sample": [[row.text(name) for name in columns] for row in records[:SHOWN_ROWS]],
        "guess": guess(columns, WANTED[TownLoad.Kind(load.kind)]),
        "has_shapes": any(row.geometry is not None for row in records),
    }


def guess(columns: Sequence[str], parts: Sequence[str]) -> dict[str, str]:
    """{part: column} for every part a column is plainly named after; each column once."""
    by_word = {fold(column).strip().replace(" ", "_"): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for part in parts:
        for word in (part, *GUESSES.get(part, ())):
            column = by_word.get(fold(word))
            if column and column not in found.values():
                found[part] = column
                break
    return found


def _areas(extract: Extract) -> dict[str, Any]:
    areas = extract.boundaries[:SHOWN_AREAS]
    shapes = [area.row.geometry for area in areas]
    sizes: list[float] = shapely.area(_equal_area(shapes)).tolist() if shapes else []
    return {
        "counts": {
            "streets": len(extract.streets),
            "addresses": len(extract.addresses),
            "places": len(extract.places),
            "areas": len(extract.boundaries),
        },
        "refused": len(extract.refused),
        "areas": [
            {
                "code": area.row.code,
                "name": next(iter(area.row.names.values()), area.row.code),
                "level": area.admin_level,
                "place": area.place,
                "km2": round(float(size) / 1e6, 2),
            }
            for area, size in zip(areas, sizes, strict=True)
        ],
        "levels": sorted({area.admin_level for area in extract.boundaries if area.admin_level}),
    }


def _equal_area(shapes: Sequence[MultiPolygon]) -> "np.ndarray[Any, Any]":
    """Shapes with areas in square metres, right to a few parts in a thousand: enough to choose."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = list(shapes)
    radius = 6_371_007.2

    def flatten(places: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        east = np.radians(places[:, 0]) * radius
        north = np.sin(np.radians(places[:, 1])) * radius
        return np.column_stack([east, north])

    flat: np.ndarray[Any, Any] = shapely.transform(array, flatten)
    return flat


def outline_chosen(extract: Extract, choice: str) -> MultiPolygon | None:
    """The area, or all areas of one level together, that a person chose as the outline."""
    if not choice:
        return None
    level = choice.removeprefix(LEVEL) if choice.startswith(LEVEL) else ""
    shapes = [
        area.row.geometry
        for area in extract.boundaries
        if area.row.code == choice or (level and area.admin_level == level)
    ]
    whole = as_multipolygon(shapely.union_all(shapes)) if shapes else None
    if whole is None:
        raise ValidationError(
            _("The area you chose as the border is not in the file. Choose another one."),
            code="no_such_area",
        )
    return whole
