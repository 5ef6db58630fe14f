"""What a planner is told about an area while it is put together; reads, and writes nothing."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from departments.access import Right, areas_with
from geo.crs import project
from portal.templatetags.megdan import square_metres
from sign_registry.models import Site
from zones.describe import describe
from zones.models import Municipality, Place, TargetArea, ZoneShape
from zones.names import in_language
from zones.reach import Reach, as_words, estimate
from zones.services.target_areas import Evaluated, evaluate

if TYPE_CHECKING:
    from accounts.models import User

#: Places where a notice or a work close by asks for more care.
SENSITIVE_PLACES = (
    "school", "kindergarten", "university", "health", "clinic", "hospital", "pharmacy",
    "pensioners_club", "social_service",
)  # fmt: skip
SENSITIVE_SITES = ("school", "kindergarten", "university", "health", "social-service")
MOST_PLACES, MOST_AREAS = 40, 10
RECENT = dt.timedelta(days=90)
# Borders of zones and of what is drawn along them part by less than this share of the area.
OUTSIDE_SHARE = 0.002


@dataclass(frozen=True)
class Panel:
    """All that stands beside the map."""

    found: Evaluated
    words: str
    reach: Reach | None
    reach_words: str
    places: list[dict[str, Any]]
    areas: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """For the page's script and for other programs."""
        found = self.found
        return {
            "geometry": _geojson(found.geometry),
            "site": _geojson(found.site),
            "around": _geojson(found.around),
            "area_m2": round(found.area_m2),
            "size": square_metres(found.area_m2) if found.geometry else "",
            "words": self.words,
            "remarks": [
                {"line": one.line, "code": one.code, "detail": one.sentence} for one in found.faults
            ],
            "reach": self._reach(),
            "places": self.places,
            "areas": self.areas,
        }

    def _reach(self) -> dict[str, Any] | None:
        reach = self.reach
        if reach is None:
            return None
        names = ("homes", "residents", "email", "push", "letter", "too_few", "why")
        return {**{name: getattr(reach, name) for name in names}, "words": self.reach_words}


def panel(
    *,
    recipe: Any,
    municipality: Municipality,
    on: dt.date,
    now: dt.datetime,
    area: TargetArea | None = None,
) -> Panel:
    """Put the lines together and tell what is known about the result.

    Args:
        area: the one being worked on, which is not its own neighbour.

    Raises:
        RecipeRefused: as zones.services.target_areas.evaluate.
    """
    found = evaluate(recipe=recipe, municipality=municipality, on=on)
    geometry = found.geometry
    if geometry is None:
        return Panel(found, "", None, "", [], [])
    reach = estimate(geometry, municipality, on)
    return Panel(
        found=found,
        words=describe(geometry, municipality, on=on),
        reach=reach,
        reach_words=as_words(reach),
        places=sensitive_places(geometry, municipality),
        areas=neighbours(geometry, municipality, now=now, area=area),
    )


def sensitive_places(geometry: GEOSGeometry, municipality: Municipality) -> list[dict[str, Any]]:
    """Schools, kindergartens, clinics and the like inside, each once. Two queries."""
    places = Place.objects.in_municipality(municipality).filter(
        kind__in=SENSITIVE_PLACES, location__coveredby=geometry
    )
    rows = [(place.names, place.location) for place in places[: 2 * MOST_PLACES]]
    sites = Site.objects.filter(
        municipality=municipality,
        geometry__intersects=geometry,
        periods__category__code__in=SENSITIVE_SITES,
        periods__valid_until__isnull=True,
    ).distinct()
    rows += [
        (site.names, site.geometry.centroid) for site in sites[: 2 * MOST_PLACES] if site.geometry
    ]
    named: dict[str, dict[str, Any]] = {}
    for names, point in rows:
        name = in_language(names, municipality.languages)
        named.setdefault(
            name, {"name": name, "longitude": round(point.x, 6), "latitude": round(point.y, 6)}
        )
    return [named[name] for name in sorted(named)][:MOST_PLACES]


def neighbours(
    geometry: GEOSGeometry, municipality: Municipality, *, now: dt.datetime, area: TargetArea | None
) -> list[dict[str, Any]]:
    """Areas in use since three months that meet this one, with the share of this one they take."""
    recent = TargetArea.objects.in_municipality(municipality).used_since(now - RECENT)
    met = recent.meeting(geometry).newest_first()
    if area is not None and area.pk:
        met = met.exclude(pk=area.pk)
    rows = list(met[:MOST_AREAS])
    own = _metric(geometry, municipality)
    return [
        {
            "id": row.pk,
            "name": row.name,
            "used_on": row.frozen_at.date().isoformat() if row.frozen_at else "",
            "share": _share(own, _metric(row.geometry, municipality)),
        }
        for row in rows
        if row.geometry is not None
    ]


def require_own_ground(
    geometry: GEOSGeometry | None,
    *,
    user: "User",
    municipality: Municipality,
    right: Right,
    today: dt.date,
) -> None:
    """Refuse an area that leaves the zones a person's role is narrowed to.

    Raises:
        ValidationError: `not_your_area`.
    """
    zones = areas_with(user, municipality, right, today)
    if zones is None or geometry is None:
        return
    shapes = ZoneShape.objects.in_municipality(municipality).in_force(today).filter(zone__in=zones)
    held = [shapely.from_wkb(bytes(shape.geometry.wkb)) for shape in shapes]
    drawn = shapely.from_wkb(bytes(geometry.wkb))
    outside = shapely.difference(drawn, shapely.union_all(held))
    if outside.area > OUTSIDE_SHARE * drawn.area:
        raise ValidationError(
            _("A part of this area lies outside the zones you plan for. Keep to your own zones."),
            code="not_your_area",
        )


def _share(own: BaseGeometry, other: BaseGeometry) -> int:
    common = float(shapely.area(shapely.intersection(own, other)))
    return round(100 * common / own.area) if own.area else 0


def _metric(geometry: GEOSGeometry, municipality: Municipality) -> BaseGeometry:
    shapes = np.array([shapely.from_wkb(bytes(geometry.wkb))], dtype=object)
    moved: BaseGeometry = project(shapes, municipality.metric_srid)[0]
    return moved


def _geojson(geometry: MultiPolygon | None) -> dict[str, Any] | None:
    if geometry is None:
        return None
    shape = shapely.from_wkb(bytes(geometry.wkb))
    document: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return document
