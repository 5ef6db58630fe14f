"""Makes rows of sites out of named cells and shapes; says of each bad row what to do. No ORM."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from departments.csv_rows import RowFault, as_switch
from geo.errors import GeometryRefused
from geo.intake import parse_point

LANGUAGES = ("en", "ro", "bg")
PARTS = (
    "code", "kind", "name", *(f"name_{language}" for language in LANGUAGES), "category", "owner",
    "centre", "line", "address", "address_key", "note", "sensitive", "quality", "opened_on",
    "longitude", "latitude",
)  # fmt: skip
DIMENSIONS = {
    "Point": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}
KINDS = ("point", "area", "line", "vehicle", "counter")
PLACELESS = ("vehicle", "counter")
QUALITIES = ("surveyed", "interpolated", "centroid")
LONGEST = {"code": 80, "address": 200, "note": 300}
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Cells:
    """One row as it came: its line (from 1 for shapes), its cells by part, its shape if any."""

    line: int
    cells: Mapping[str, str]
    geometry: BaseGeometry | None = None

    def __getitem__(self, part: str) -> str:
        return self.cells.get(part, "").strip()


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site; category, owner, centre, line and address are named by their codes."""

    line: int
    code: str
    kind: str
    names: Mapping[str, str]
    geometry: BaseGeometry | None = None
    category: str = ""
    owner: str = ""
    centre: str = ""
    serves: str = ""
    address_text: str = ""
    address_key: str = ""
    note: str = ""
    is_staff_sensitive: bool = False
    position_quality: str = "surveyed"
    opened_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a row says nothing: kind, category, and the language of plain `name`."""

    language: str
    kind: str = ""
    category: str = ""


class _Refused(Exception):  # noqa: N818 - carries a sentence about a row to where rows are counted
    pass


def site_rows(given: Iterable[Cells], defaults: Defaults) -> tuple[list[SiteRow], list[RowFault]]:
    """Sites of a file and every row that is none; a row with a fault is not among the sites."""
    rows: list[SiteRow] = []
    faults: list[RowFault] = []
    first_line: dict[str, int] = {}
    for cells in given:
        try:
            row = _row(cells, defaults)
        except _Refused as refused:
            faults.append(RowFault(cells.line, str(refused)))
            continue
        if row.code in first_line:
            sentence = _("The code “%(code)s” stands on line %(first)d too. Keep one of them.")
            words = {"code": row.code, "first": first_line[row.code]}
            faults.append(RowFault(row.line, sentence % words))
            continue
        first_line[row.code] = row.line
        rows.append(row)
    return rows, faults


def _row(cells: Cells, defaults: Defaults) -> SiteRow:
    names = _names(cells, defaults)
    geometry = _geometry(cells)
    kind = _kind(cells, geometry, defaults)
    for part, longest in LONGEST.items():
        if len(cells[part]) > longest:
            raise _Refused(
                _("“%(name)s” is longer than %(longest)d characters. Shorten it.")
                % {"name": part, "longest": longest}
            )
    return SiteRow(
        cells.line,
        cells["code"],
        kind,
        names,
        geometry=geometry,
        category=cells["category"] or defaults.category,
        owner=cells["owner"],
        centre=cells["centre"],
        serves=cells["line"],
        address_text=cells["address"],
        address_key=cells["address_key"],
        note=cells["note"],
        is_staff_sensitive=kind == "counter" or _switch(cells["sensitive"]),
        position_quality=_quality(cells["quality"]),
        opened_on=_day(cells["opened_on"]),
    )


def _names(cells: Cells, defaults: Defaults) -> dict[str, str]:
    if not cells["code"]:
        raise _Refused(_("The row has no code. Give each place a short code of its own."))
    names = {language: cells[f"name_{language}"] for language in LANGUAGES}
    names[defaults.language] = names[defaults.language] or cells["name"]
    names = {language: text for language, text in names.items() if text}
    if not names:
        raise _Refused(_("The row has no name. Fill in at least one column such as name_en."))
    if max(map(len, names.values())) > LONGEST_NAME:
        raise _Refused(
            _("The name is longer than %(longest)d characters. Shorten it.")
            % {"longest": LONGEST_NAME}
        )
    return names


def _geometry(cells: Cells) -> BaseGeometry | None:
    """The shape of the row, or the point of its two columns."""
    if cells.geometry is not None and not cells.geometry.is_empty:
        return cells.geometry
    if not cells["longitude"] and not cells["latitude"]:
        return None
    try:
        return parse_point(cells["longitude"], cells["latitude"])
    except GeometryRefused as refused:
        raise _Refused(" ".join(refused.messages)) from refused


def _kind(cells: Cells, geometry: BaseGeometry | None, defaults: Defaults) -> str:
    drawn = DIMENSIONS.get(geometry.geom_type, "") if geometry is not None else ""
    kind = cells["kind"] or defaults.kind or drawn or "point"
    if kind not in KINDS:
        raise _Refused(
            _("“%(text)s” is not known here. Write one of: %(known)s.")
            % {"text": kind[:40], "known": ", ".join(KINDS)}
        )
    if geometry is None and kind not in PLACELESS:
        raise _Refused(_("The row says nothing of where it is. Give longitude and latitude."))
    fits = {"counter": "point", "vehicle": None}.get(kind, kind)
    if geometry is not None and drawn != fits:
        raise _Refused(
            _(
                "The shape does not fit the kind. A place and a counter are a point, a line is a "
                "line, an area is an area, and a vehicle has no shape."
            )
        )
    if kind == "counter" and not cells["centre"]:
        raise _Refused(_("A counter needs the code of its centre in the column “centre”."))
    return kind


def _quality(text: str) -> str:
    if text and text not in QUALITIES:
        raise _Refused(
            _("“%(word)s” is no quality of a point; write one of: %(known)s.")
            % {"word": text[:40], "known": ", ".join(QUALITIES)}
        )
    return text or QUALITIES[0]


def _switch(text: str) -> bool:
    said = as_switch(text)
    if said is None:
        raise _Refused(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})
    return said


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise _Refused(
            _("“%(text)s” is not a day. Write it as 2026-01-31.") % {"text": text[:40]}
        ) from error
