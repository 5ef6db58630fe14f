"""Reads an OpenStreetMap extract (.osm.pbf) into rows: streets, addresses, places and areas.

What the tags mean is said here once; which area becomes which kind of zone is the caller's word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.matching.letters import fold
from geo.matching.vocabulary import street_type_code
from zones.importing.fields import as_multipolygon
from zones.importing.rows import AddressRow, PlaceRow, Refusal, StreetRow, ZoneRow

LICENCE = "ODbL-1.0"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

# Highways that people have addresses on or name when they say where something is.
STREET_HIGHWAYS = frozenset({
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "living_street", "pedestrian", "service", "road", "footway", "steps", "path", "track",
    "cycleway",
})  # fmt: skip
QUARTERS = frozenset({"suburb", "quarter", "neighbourhood", "borough"})
SETTLEMENTS = frozenset({"city", "town", "village", "hamlet", "isolated_dwelling"})
BLOCKS = frozenset({"city_block"})
AREA_PLACES = QUARTERS | SETTLEMENTS | BLOCKS
PLACE_KEYS: Mapping[str, frozenset[str]] = {
    "amenity": frozenset({
        "school", "kindergarten", "college", "university", "townhall", "library",
        "community_centre", "hospital", "clinic", "doctors", "pharmacy", "post_office", "police",
        "fire_station", "bus_station", "theatre", "marketplace", "social_facility", "courthouse",
    }),
    "leisure": frozenset({"park", "playground", "sports_centre", "stadium"}),
    "highway": frozenset({"bus_stop"}),
    "railway": frozenset({"station", "tram_stop"}),
}  # fmt: skip
OTHER_NAMES = ("alt_name", "old_name", "short_name", "official_name", "loc_name")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A named area: an administrative one with its level, or one of a place with its class."""

    row: ZoneRow
    admin_level: str = ""
    place: str = ""


@dataclass(slots=True)
class Extract:
    """Everything of an extract that the register has a place for."""

    streets: list[StreetRow] = field(default_factory=list)
    addresses: list[AddressRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def outline_named(self, names: Sequence[str]) -> ZoneRow | None:
        """The administrative area that bears one of the names; the most local of several."""
        wanted = {fold(name) for name in names}
        found = [
            boundary
            for boundary in self.boundaries
            if boundary.admin_level
            and wanted & {fold(name) for name in boundary.row.names.values()}
        ]
        found.sort(key=lambda boundary: int(boundary.admin_level))
        return found[-1].row if found else None


def read_extract(
    path: Path, languages: Sequence[str], outline: BaseGeometry | None = None
) -> Extract:
    """Read a whole extract; for a country cut the town out first, it is read into memory.

    Args:
        languages: of the town; the first one is the language of plain `name` tags.
        outline: EPSG:4326; what lies outside is left out. None takes everything.

    Raises:
        ValidationError: `not_osm` when the file is no extract or damaged.
    """
    reader = _Reader(languages, outline)
    try:
        for thing in _objects(path):
            reader.take(thing)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise ValidationError(
            _("%(path)s is not a sound OpenStreetMap extract (.osm.pbf). Download it again."),
            code="not_osm",
            params={"path": path.name},
        ) from error
    return reader.extract()


def _objects(path: Path) -> Iterator[Any]:
    # The format is stated, so that no other one is guessed from the name.
    source = osmium.io.File(str(path), "pbf")
    yield from osmium.FileProcessor(source).with_locations().with_areas()


class _Reader:
    def __init__(self, languages: Sequence[str], outline: BaseGeometry | None) -> None:
        self._languages = list(languages)
        self._outline = outline
        if outline is not None:
            shapely.prepare(outline)
        self._wkb = osmium.geom.WKBFactory()
        self._lines: dict[str, list[LineString]] = {}
        self._street_tags: dict[str, dict[str, str]] = {}
        self._found = Extract()

    def extract(self) -> Extract:
        """Everything read so far, streets put together by their names."""
        for line, (words, lines) in enumerate(sorted(self._lines.items()), start=1):
            street = self._street(line, words.split(), lines)
            if street is not None:
                self._found.streets.append(street)
        return self._found

    def take(self, thing: Any) -> None:
        """Sort one node, way or area into the rows it makes."""
        if thing.is_relation() or not len(thing.tags):
            return
        tags = {tag.k: tag.v for tag in thing.tags}
        if thing.is_way() and tags.get("highway") in STREET_HIGHWAYS and tags.get("name"):
            self._take_line(thing, tags)
        if thing.is_area():
            self._take_boundary(thing, tags)
            if thing.from_way():
                return  # the way itself was here before
        self._take_point(thing, tags)

    def _take_line(self, way: Any, tags: dict[str, str]) -> None:
        # A way may name a node that the extract was cut off from.
        points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(set(points)) < 2:
            return
        words = " ".join(fold(tags["name"]).split())
        self._lines.setdefault(words, []).append(LineString(points))
        merged = self._street_tags.setdefault(words, {})
        merged.update({key: text for key, text in tags.items() if "name" in key})

    def _street(self, line: int, words: list[str], lines: list[LineString]) -> StreetRow | None:
        axis: BaseGeometry = shapely.line_merge(MultiLineString(lines))
        if self._outline is not None:
            axis = shapely.intersection(axis, self._outline)
        # What is cut off at the border leaves an empty line behind, which is still a line.
        cut = [part for part in shapely.get_parts(axis) if isinstance(part, LineString)]
        parts = [part for part in cut if not part.is_empty]
        if not parts:
            return None
        tags = self._street_tags[" ".join(words)]
        names = self._names(tags)
        kinds = (street_type_code(word, self._languages[0]) for word in (*words[:1], *words[-1:]))
        others = {tags[key] for key in OTHER_NAMES if tags.get(key)}
        others |= {text for key, text in tags.items() if key.startswith("name:")}
        return StreetRow(
            line,
            f"osm-{'-'.join(words)}"[:80],
            names,
            type_code=next(filter(None, kinds), ""),
            variants=tuple(sorted(others - set(names.values()))),
            axis=MultiLineString(parts),
        )

    def _take_point(self, thing: Any, tags: dict[str, str]) -> None:
        named_place = _place_kind(tags)
        has_address = "addr:housenumber" in tags
        if not has_address and not (named_place and tags.get("name")):
            return
        point = self._point(thing)
        if point is None or not self._is_inside(point):
            return
        key = _key(thing)
        if has_address:
            self._take_address(key, point, tags)
        if named_place and tags.get("name"):
            row = PlaceRow(0, key, self._names(tags), named_place, point)
            self._found.places.append(row)

    def _take_address(self, key: str, point: Point, tags: dict[str, str]) -> None:
        street = tags.get("addr:street", "")
        quarter = next(
            (tags[name] for name in ("addr:suburb", "addr:quarter", "addr:place") if name in tags),
            "",
        )
        if not street and not quarter and not tags.get("addr:block"):
            reason = _("%(key)s has a house number but no street or place.") % {"key": key}
            self._found.refused.append(Refusal(0, reason))
            return
        self._found.addresses.append(
            AddressRow(
                0,
                key,
                point,
                thoroughfare=street[:200],
                address_number=tags["addr:housenumber"][:30],
                block=tags.get("addr:block", "")[:80],
                entrance=tags.get("addr:entrance", "")[:30],
                quarter=quarter[:120],
                locality=tags.get("addr:city", "")[:120],
                postal_code=tags.get("addr:postcode", "")[:12],
            )
        )

    def _take_boundary(self, area: Any, tags: dict[str, str]) -> None:
        place = tags.get("place", "")
        level = tags.get("admin_level", "") if tags.get("boundary") == "administrative" else ""
        wanted = level.isdigit() or place in AREA_PLACES
        if not wanted or not tags.get("name"):
            return
        shape = self._area(area)
        if shape is None or not shapely.is_valid(shape):
            reason = _("The area %(name)s is not sound.") % {"name": tags["name"]}
            self._found.refused.append(Refusal(0, reason))
            return
        whole = as_multipolygon(shape)
        if whole is None or not self._is_inside(shape.representative_point()):
            return
        row = ZoneRow(0, f"osm-{_key(area)}", self._names(tags), whole)
        self._found.boundaries.append(Boundary(row, level if level.isdigit() else "", place))

    def _names(self, tags: Mapping[str, str]) -> dict[str, str]:
        names = {self._languages[0]: tags["name"]}
        for language in self._languages:
            if tags.get(f"name:{language}"):
                names[language] = tags[f"name:{language}"]
        return names

    def _point(self, thing: Any) -> Point | None:
        if thing.is_node():
            return Point(thing.lon, thing.lat) if thing.location.valid() else None
        if thing.is_area():
            shape = self._area(thing)
            return None if shape is None else shape.representative_point()
        points = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
        if len(points) >= 4 and points[0] == points[-1] and Polygon(points).is_valid:
            return Polygon(points).representative_point()
        return Point(points[len(points) // 2]) if points else None

    def _area(self, area: Any) -> BaseGeometry | None:
        shape: BaseGeometry | None = shapely.from_wkb(
            self._wkb.create_multipolygon(area), on_invalid="ignore"
        )
        return None if shape is None or shape.is_empty else shape

    def _is_inside(self, point: BaseGeometry) -> bool:
        return self._outline is None or bool(shapely.covers(self._outline, point))


def _key(thing: Any) -> str:
    """`node/123`, `way/123` or `relation/123`: the object's address at its source."""
    if thing.is_area():
        return f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
    return f"{'node' if thing.is_node() else 'way'}/{thing.id}"


def _place_kind(tags: Mapping[str, str]) -> str:
    place = tags.get("place", "")
    if place in QUARTERS or place in SETTLEMENTS:
        return place
    for key, values in PLACE_KEYS.items():
        if tags.get(key) in values:
            return tags[key]
    return ""
