"""A small map of an area for print: its border over the zones and streets around it, with a scale.

It is drawn of the town's own rows, so it needs no tiles and no other company.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, Polygon
from numpy.typing import NDArray
from reportlab.graphics.shapes import Drawing, Group, Line, Path, Rect, String
from reportlab.lib.colors import Color, HexColor
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID, project
from portal.dossiers.area import Subject
from portal.templatetags.megdan import metres
from sign_registry.printing.pen import REGULAR, load_fonts
from zones.models import Street, ZoneShape

WIDTH, HEIGHT = 480.0, 230.0  # points
MARGIN_SHARE = 0.12
MOST_STREETS = 800
LAND, EDGE, STREET, ACCENT = (HexColor(one) for one in ("#f1ece1", "#857f72", "#c4bba9", "#1d4f91"))
FILL = Color(*ACCENT.rgb(), alpha=0.16)
#: Lengths a scale bar may have, metres.
BARS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True, slots=True)
class _Ground:
    """How metres of the town's grid lie on the paper."""

    west: float
    south: float
    scale: float  # points for a metre
    srid: int

    def shape(self, geometry: GEOSGeometry) -> BaseGeometry:
        return _metric(geometry, self.srid)

    def points(self, ring: NDArray[np.float64]) -> list[tuple[float, float]]:
        moved = (ring[:, :2] - (self.west, self.south)) * self.scale
        return [(float(x), float(y)) for x, y in moved]


@dataclass(frozen=True, slots=True)
class Pen:
    """How a shape is drawn; widths and dashes in points."""

    stroke: Color
    width: float
    fill: Color | None = None
    dash: tuple[int, int] | None = None


def area_picture(subject: Subject) -> Drawing:
    """The area on a sheet of 480 by 230 points. Two queries."""
    load_fonts()
    ground = _ground(subject)
    drawing = Drawing(WIDTH, HEIGHT)
    drawing.add(Rect(0, 0, WIDTH, HEIGHT, fillColor=LAND, strokeColor=EDGE, strokeWidth=0.5))
    for street in _streets(subject):
        _draw(drawing, ground, street, Pen(STREET, 1.2))
    for zone in _zones(subject):
        _draw(drawing, ground, zone, Pen(EDGE, 0.6, dash=(3, 2)))
    _draw(drawing, ground, subject.geometry, Pen(ACCENT, 2, fill=FILL))
    drawing.add(_scale(ground))
    return drawing


def _ground(subject: Subject) -> _Ground:
    srid = subject.municipality.metric_srid
    west, south, east, north = _metric(subject.geometry, srid).bounds
    room = (1 + 2 * MARGIN_SHARE) * max((east - west) / WIDTH, (north - south) / HEIGHT, 0.05)
    middle = ((west + east) / 2, (south + north) / 2)
    return _Ground(middle[0] - WIDTH * room / 2, middle[1] - HEIGHT * room / 2, 1 / room, srid)


def _metric(geometry: GEOSGeometry, srid: int) -> BaseGeometry:
    shape: BaseGeometry = project(
        np.array([shapely.from_wkb(bytes(geometry.wkb))], dtype=object), srid
    )[0]
    return shape


def _window(ground: _Ground) -> BaseGeometry:
    size = (WIDTH / ground.scale, HEIGHT / ground.scale)
    return shapely.box(ground.west, ground.south, ground.west + size[0], ground.south + size[1])


def _seen(subject: Subject) -> Polygon:
    """A box around the area in degrees, wide enough for the paper."""
    west, south, east, north = subject.geometry.extent
    more = max(east - west, north - south, 0.001) * 1.5
    box = Polygon.from_bbox((west - more, south - more, east + more, north + more))
    box.srid = STORAGE_SRID
    return box


def _streets(subject: Subject) -> Iterator[GEOSGeometry]:
    own = Street.objects.in_municipality(subject.municipality)
    near = own.filter(axis__bboverlaps=_seen(subject)).order_by("pk")
    axes = near.values_list("axis", flat=True)[:MOST_STREETS]
    yield from (axis for axis in axes if axis is not None)


def _zones(subject: Subject) -> Iterator[GEOSGeometry]:
    own = ZoneShape.objects.in_municipality(subject.municipality).in_force(subject.today)
    areas = own.filter(zone__kind__is_partition=True, geometry__bboverlaps=_seen(subject))
    yield from areas.order_by("pk").values_list("geometry", flat=True)


def _draw(drawing: Drawing, ground: _Ground, geometry: GEOSGeometry, pen: Pen) -> None:
    shape = shapely.intersection(ground.shape(geometry), _window(ground))
    if shape.is_empty:
        return
    path = Path(
        strokeColor=pen.stroke,
        strokeWidth=pen.width,
        fillColor=pen.fill,
        strokeDashArray=pen.dash,
    )
    for ring, is_closed in _rings(shape):
        points = ground.points(ring)
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        if is_closed:
            path.closePath()
    drawing.add(path)


def _rings(shape: BaseGeometry) -> Iterator[tuple[NDArray[np.float64], bool]]:
    parts: Iterable[BaseGeometry] = shapely.get_parts(shape)
    for part in parts:
        if isinstance(part, shapely.Polygon):
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring), True
        elif part.geom_type == "LineString":
            yield shapely.get_coordinates(part), False


def _scale(ground: _Ground) -> Group:
    """A bar of a round length; north is up."""
    longest = WIDTH / 4 / ground.scale
    length = max((one for one in BARS if one <= longest), default=BARS[0])
    right = 12 + length * ground.scale
    words = {"fontName": REGULAR, "fontSize": 8, "fillColor": HexColor("#1b2430")}
    ink = {"strokeColor": HexColor("#1b2430"), "strokeWidth": 1.5}
    return Group(
        Rect(6, 4, max(right, 60) + 4, 24, fillColor=HexColor("#ffffff"), strokeColor=None),
        Line(12, 10, right, 10, **ink),
        Line(12, 7, 12, 13, **ink),
        Line(right, 7, right, 13, **ink),
        String(12, 17, metres(length), **words),
    )
