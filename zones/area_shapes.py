"""From the lines of a target area to its shape, for one town and one civil day; writes nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from shapely.geometry import MultiPoint
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID, project, unproject
from geo.errors import Place
from geo.matching.numbers import HouseNumber, parse_number
from zones import plots
from zones.area_kept import Kept, fold
from zones.models import Address, Municipality, Street, ZoneShape
from zones.recipes import (
    AroundPart,
    Line,
    Op,
    Part,
    Recipe,
    RecipeRefused,
    ShapePart,
    Side,
    StreetPart,
    ZonesPart,
)

_ROUND_SIDES = 16
# In degrees: between two corners no farther apart, grid and globe part by two millimetres at most.
_LONGEST_EDGE = 0.003
_AddressRow = tuple[int | None, str, bytes | memoryview]
_NEAR_M = 2 * plots.PLOT_M + 1


@dataclass(frozen=True, slots=True)
class Remark:
    """What the planner must know about one line, such as that it adds nothing."""

    line: int
    code: str
    sentence: str
    place: Place | None = None


@dataclass(frozen=True)
class Shaped:
    """What lines give, in EPSG:4326."""

    area: BaseGeometry
    site: BaseGeometry
    area_m2: float
    remarks: tuple[Remark, ...]
    kept: Kept


def shape_recipe(*, recipe: Recipe, municipality: Municipality, on: dt.date) -> Shaped:
    """Put the lines together.

    Raises:
        RecipeRefused: a line names a zone or a street that the town does not have.
    """
    ground = _Ground(municipality, on)
    made = [_LineMaker(ground, number, line) for number, line in enumerate(recipe.lines, start=1)]
    shapes = tuple(plots.tidy(one.shape(), ground.spots()) for one in made)
    spots = ground.spots()
    border = ground.border_around(shapes)
    counted = plots.spots_that_count(ground.clip(fold(recipe, shapes)), spots)
    kept = Kept(shapes, border, MultiPoint(counted))
    whole = kept.shape(recipe)
    sites = [one.site for one in made if one.line.op is Op.ADD and not one.line.muted]
    site = plots.tidy(ground.clip(plots.union(sites)), spots) if sites else plots.NOTHING
    return Shaped(
        area=ground.stored(whole),
        site=ground.stored(site),
        area_m2=float(whole.area),
        remarks=tuple(remark for one in made for remark in one.remarks),
        kept=kept,
    )


def shape_kept(*, recipe: Recipe, kept: Kept, municipality: Municipality) -> BaseGeometry:
    """Put lines together whose areas were kept when the area was frozen; EPSG:4326."""
    return _stored(kept.shape(recipe), municipality.metric_srid)


def numbers_match(part: StreetPart, written: str) -> bool:
    """Whether a written house number is on the side and in the run that a line names.

    A number such as 12-16 matches if one of its own numbers does; what is no number belongs only
    to the whole street.
    """
    if part.is_whole:
        return True
    number = parse_number(written)
    if number is None or (part.side is not Side.ANY and not _is_on(part.side, number)):
        return False
    last = number.last or number.number
    step = 2 if number.last else 1
    return any(
        (part.first is None or each >= part.first) and (part.last is None or each <= part.last)
        for each in range(number.number, last + 1, step)
    )


def _is_on(side: Side, number: HouseNumber) -> bool:
    return (number.number % 2 == 1) == (side is Side.ODD)


@dataclass
class _Ground:
    """The rows of one town on one day, in metres."""

    municipality: Municipality
    on: dt.date
    seen: list[plots.Points] = field(default_factory=list)

    @cached_property
    def outline(self) -> BaseGeometry | None:
        """The border of the town."""
        outline = self.municipality.outline
        return self.metric(_shapely(outline)) if outline else None

    def metric(self, shape: BaseGeometry) -> BaseGeometry:
        """From EPSG:4326 into the town's grid."""
        return self.all_metric([shape])[0]

    def all_metric(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Several at once; long straight borders get corners, because the grid bends them."""
        finer = shapely.segmentize(_array(shapes), _LONGEST_EDGE)
        return list(project(finer, self.municipality.metric_srid))

    def stored(self, shape: BaseGeometry) -> BaseGeometry:
        """From the town's grid into EPSG:4326."""
        return _stored(shape, self.municipality.metric_srid)

    def border_around(self, shapes: Sequence[BaseGeometry]) -> BaseGeometry | None:
        """The border if a shape crosses it; None where cutting there changes nothing."""
        if self.outline is None:
            return None
        shapely.prepare(self.outline)
        return None if shapely.covers(self.outline, list(shapes)).all() else self.outline

    def clip(self, shape: BaseGeometry) -> BaseGeometry:
        """Cut at the border of the town."""
        if self.outline is None:
            return shape
        return plots.areas(shapely.intersection(shape, self.outline, grid_size=plots.GRID_M))

    def spots(self) -> plots.Points:
        """Every address that a line about a street looked at."""
        return np.concatenate(self.seen) if self.seen else np.empty((0, 2))

    def zones(self, part: ZonesPart) -> dict[int, BaseGeometry | None]:
        """The shape of each zone on the day; None for one that had none then."""
        known = ZoneShape.objects.in_municipality(self.municipality).filter(zone__in=part.zones)
        held: dict[int, BaseGeometry | None] = dict.fromkeys(
            known.values_list("zone_id", flat=True)
        )
        for zone, wkb in (
            known.in_force(self.on).annotate(wkb=AsWKB("geometry")).values_list("zone_id", "wkb")
        ):
            held[zone] = shapely.from_wkb(bytes(wkb))
        return held

    def around(self, shape: BaseGeometry) -> "_Addresses":
        """The addresses that decide the plots within and just around a metric shape."""
        area = shapely.buffer(shapely.convex_hull(shape), _NEAR_M)
        west, south, east, north = self.stored(shapely.box(*area.bounds)).bounds
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = STORAGE_SRID
        rows = (
            Address.objects.in_municipality(self.municipality)
            .filter(location__bboverlaps=box)
            .annotate(wkb=AsWKB("location"))
            .order_by("pk")
            .values_list("street_id", "address_number", "wkb")
        )
        return _Addresses.of(list(rows), self.municipality.metric_srid).within(area)


@dataclass
class _Addresses:
    """Addresses near something: their streets, written numbers and points in metres."""

    streets: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    numbers: list[str]
    points: plots.Points

    @classmethod
    def of(
        cls, rows: "list[tuple[int | None, str, bytes | memoryview]]", srid: int
    ) -> "_Addresses":
        """From rows of the register."""
        shapes = shapely.from_wkb(np.array([bytes(row[2]) for row in rows], dtype=object))
        points = shapely.get_coordinates(project(shapes, srid)) if rows else np.empty((0, 2))
        streets = np.array([row[0] or 0 for row in rows], dtype=np.int64)
        return cls(streets, [row[1] for row in rows], points)

    def within(self, area: BaseGeometry) -> "_Addresses":
        """Those in a metric area."""
        shapely.prepare(area)
        inside = np.flatnonzero(shapely.intersects_xy(area, self.points[:, 0], self.points[:, 1]))
        return _Addresses(
            self.streets[inside], [self.numbers[i] for i in inside], self.points[inside]
        )


class _LineMaker:
    """Makes the metric shape of one line and collects what is to be said about it."""

    def __init__(self, ground: _Ground, number: int, line: Line) -> None:
        self.ground = ground
        self.number = number
        self.line = line
        self.remarks: list[Remark] = []
        self.site: BaseGeometry = plots.NOTHING

    def shape(self) -> BaseGeometry:
        """The area that the line stands for, in metres."""
        part = self.line.part
        shape = self._around(part) if isinstance(part, AroundPart) else self._base(part)
        if shapely.get_dimensions(shape) < 2 and not shape.is_empty:
            self._remark("no_area", _("A line or a point has no area. Say how many metres around."))
            return plots.NOTHING
        outline = self.ground.outline
        if outline is not None and not shape.is_empty and not shapely.intersects(outline, shape):
            self._remark("outside", _("This lies outside the municipality and changes nothing."))
        return shape

    def _base(self, part: Part) -> BaseGeometry:
        if isinstance(part, ZonesPart):
            return self._zones(part)
        if isinstance(part, StreetPart):
            return self._street(part)
        if isinstance(part, ShapePart):
            return self.ground.metric(part.geometry)
        raise TypeError(f"{type(part).__name__} is no plain part")

    def _around(self, part: AroundPart) -> BaseGeometry:
        of = part.of
        base = self._axis(of) if isinstance(of, StreetPart) else self._base(of)
        grown = shapely.buffer(base, part.metres, quad_segs=_ROUND_SIDES)
        if shapely.get_dimensions(base) == 2:
            self.site = base
            if part.without_inside:
                return shapely.difference(grown, base, grid_size=plots.GRID_M)
        return grown

    def _zones(self, part: ZonesPart) -> BaseGeometry:
        held = self.ground.zones(part)
        if len(held) < len(part.zones):
            raise RecipeRefused(
                _("Line %d names a zone that this town does not have. Choose it again.")
                % self.number,
                code="zone_unknown",
                line=self.number,
            )
        if any(shape is None for shape in held.values()):
            self._remark("zone_without_shape", _("A zone of this line had no area on that day."))
        shapes = [shape for shape in held.values() if shape is not None]
        if not shapes:
            return plots.NOTHING
        return plots.union(self.ground.all_metric(shapes))

    def _street(self, part: StreetPart) -> BaseGeometry:
        """The plots of the chosen addresses; of a whole street also its strip of land."""
        street = self._row(part)
        strip = self._strip(street) if part.is_whole else plots.NOTHING
        own = self._addresses(street)
        picked = own.points[[numbers_match(part, text) for text in own.numbers]]
        if not len(picked) and strip.is_empty:
            self._remark("no_address", _("No address of the street matches. Check the numbers."))
            return plots.NOTHING
        seeds = shapely.union_all([MultiPoint(picked), strip])
        register = self.ground.around(seeds)
        chosen = (register.streets == street.pk) & np.array(
            [numbers_match(part, text) for text in register.numbers], dtype=bool
        )
        self.ground.seen.append(register.points)
        found = plots.plots(register.points, chosen, strip=strip)
        self._say_shared(found.shared)
        return found.area

    def _axis(self, part: StreetPart) -> BaseGeometry:
        """What a strip around a street starts from: its axis, else its chosen addresses."""
        street = self._row(part)
        if part.is_whole and street.axis:
            return self.ground.metric(_shapely(street.axis))
        own = self._addresses(street)
        picked = own.points[[numbers_match(part, text) for text in own.numbers]]
        if not len(picked):
            self._remark("no_address", _("No address of the street matches. Check the numbers."))
            return plots.NOTHING
        return MultiPoint(picked)

    def _row(self, part: StreetPart) -> Street:
        streets = Street.objects.in_municipality(self.ground.municipality)
        street = streets.filter(pk=part.street).first()
        if street is None:
            raise RecipeRefused(
                _("Line %d names a street that this town does not have. Choose it again.")
                % self.number,
                code="street_unknown",
                line=self.number,
            )
        return street

    def _strip(self, street: Street) -> BaseGeometry:
        if street.zone_id is None:
            return plots.NOTHING
        shape = self.ground.zones(ZonesPart((street.zone_id,))).get(street.zone_id)
        return self.ground.metric(shape) if shape is not None else plots.NOTHING

    def _addresses(self, street: Street) -> _Addresses:
        rows = (
            Address.objects.in_municipality(self.ground.municipality)
            .on_street(street)
            .annotate(wkb=AsWKB("location"))
            .order_by("pk")
            .values_list("street_id", "address_number", "wkb")
        )
        return _Addresses.of(list(rows), self.ground.municipality.metric_srid)

    def _say_shared(self, shared: int) -> None:
        if not shared:
            return
        sentence = ngettext(
            "%d other address stands at the same point as a chosen one and is included.",
            "%d other addresses stand at the same point as chosen ones and are included.",
            shared,
        )
        self._remark("same_point", sentence % shared)

    def _remark(self, code: str, sentence: str) -> None:
        self.remarks.append(Remark(self.number, code, sentence))


def _stored(shape: BaseGeometry, metric_srid: int) -> BaseGeometry:
    """From a town's grid into EPSG:4326; valid there too."""
    moved: BaseGeometry = unproject(_array([shape]), metric_srid)[0]
    if not shapely.is_valid(moved):
        # Two corners a millimetre apart have changed their order.
        moved = shapely.make_valid(moved, method="structure", keep_collapsed=False)
    return shapely.normalize(moved)


def _shapely(geometry: GEOSGeometry) -> BaseGeometry:
    shape: BaseGeometry = shapely.from_wkb(bytes(geometry.wkb))
    return shape


def _array(
    shapes: Sequence[BaseGeometry],
) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
