"""“My neighbourhood”: what happens near a home or any place, on a list and the same on a map."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from departments.models import Works
from geo.intake import GeometryRefused
from portal.around import COMING, LATELY, NOW, RADII, USUAL_RADIUS, Around, NearRow
from portal.near_places import NearPlace, asked_place, followed_by, found_places, home_of
from portal.nearby import KINDS, near
from zones.exports import csv_file, geojson_file
from zones.models import Zone
from zones.names import in_language
from zones.views import ExportedView, TownView

ROWS_A_PAGE = 20
MAP_MARGIN = 0.003
WHEN = (
    (NOW, gettext_lazy("now and later")),
    (COMING, gettext_lazy("not begun yet")),
    (LATELY, gettext_lazy("in the last two months")),
)


class NearbyView(ExportedView, TemplateView):
    """What lies near the own home, a followed area, or a place named by the page's address."""

    template_name = "portal/nearby.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        page = Paginator(self.rows, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        rows = numbered(page, page.start_index())
        return super().get_context_data(
            place=self.place,
            place_fields=parse_qsl(self.place.query) if self.place else [],
            page=page,
            rows=rows,
            places=pins_of(rows),
            pin=self._pin(),
            own_places=self.own_places,
            has_home=self.home is not None,
            answers=self.answers,
            error=self.error,
            filters=self.filters,
            kinds=[(kind.code, kind.label) for kind in KINDS],
            radii=RADII,
            whens=WHEN,
            zones=Zone.objects.in_municipality(self.municipality)
            .areas()
            .in_force(self.today)
            .by_name(self.language),
            bbox=self._box(),
            limits=self.bbox,
            **kwargs,
        )

    def exports(self) -> dict[str, Any]:
        """The rows as a table and as points."""
        return {"csv": self._csv, "geojson": self._geojson}

    @cached_property
    def home(self) -> NearPlace | None:
        """Where the reader lives, if this town knows it."""
        return home_of(self.request.user, self.municipality, timezone.now())

    @cached_property
    def own_places(self) -> list[NearPlace]:
        """Home and followed areas."""
        followed = followed_by(self.request.user, self.municipality)
        return [*([self.home] if self.home else []), *followed]

    @cached_property
    def answers(self) -> list[NearPlace]:
        """What a typed address may mean."""
        text = self.request.GET.get("q", "").strip()[:200]
        return found_places(self.municipality, text) if text else []

    @cached_property
    def _asked(self) -> tuple[NearPlace | None, str]:
        query = self.request.GET
        if query.get("q", "").strip():
            if len(self.answers) == 1:
                return self.answers[0], ""
            none = _("No such address was found. Check the spelling, or choose a neighbourhood.")
            return None, "" if self.answers else none
        for place in self.own_places:
            if place.query == f"followed={query.get('followed')}":
                return place, ""
        try:
            return asked_place(self.municipality, query.dict(), self.today) or self.home, ""
        except GeometryRefused as refused:
            return None, str(refused)
        except ValidationError as refused:
            return None, " ".join(refused.messages)

    @property
    def place(self) -> NearPlace | None:
        """The place that is asked about, the own home without any."""
        return self._asked[0]

    @property
    def error(self) -> str:
        """What is wrong with the place that was asked for."""
        return self._asked[1]

    @cached_property
    def filters(self) -> dict[str, Any]:
        """What, when and how far; unknown values are the usual ones."""
        query = self.request.GET
        radius, what, when = query.get("radius", ""), query.get("what", ""), query.get("when", "")
        return {
            "radius": int(radius) if radius in {str(one) for one in RADII} else USUAL_RADIUS,
            "what": what if what in {kind.code for kind in KINDS} else "",
            "when": when if when in {code for code, _label in WHEN} else NOW,
        }

    @cached_property
    def rows(self) -> list[NearRow]:
        """Everything near the place, nearest first; nothing without a place."""
        if self.place is None:
            return []
        around = Around(
            self.municipality,
            self.place.geometry,
            self.filters["radius"],
            timezone.now(),
            self.place.street,
            self.filters["when"],
        )
        return near(around, KINDS, self.filters["what"])

    def _pin(self) -> tuple[float, float] | None:
        """The place itself on the map, where it is a point."""
        geometry = self.place.geometry if self.place else None
        return (geometry.x, geometry.y) if isinstance(geometry, Point) else None

    def _box(self) -> tuple[float, ...]:
        geometries = [row.point for row in self.rows if row.point]
        return box_around([self.place.geometry, *geometries] if self.place else []) or self.bbox

    def _csv(self) -> HttpResponseBase:
        columns = ("kind", "title", "when", "metres", "longitude", "latitude", "url")
        return csv_file(self._file_name, columns, (_csv_row(self, row) for row in self.rows))

    def _geojson(self) -> HttpResponseBase:
        features = ((row.point, _properties(self, row)) for row in self.rows)
        return geojson_file(self._file_name, features)

    @property
    def _file_name(self) -> str:
        return f"{self.municipality.slug}-nearby"


class WorksPageView(TownView, TemplateView):
    """One of the town's public works, as residents read about it."""

    template_name = "portal/works.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The works, with the news about them."""
        public = Works.objects.in_municipality(self.municipality).public()
        works = get_object_or_404(public.select_related("owner"), pk=self.kwargs["pk"])
        west, south, east, north = works.geometry.extent
        news = works.announcements.public(timezone.now()).newest_first()
        return super().get_context_data(
            works=works,
            works_text=in_language(works.texts, self.municipality.languages),
            last_day=works.ends_on - dt.timedelta(days=1) if works.ends_on else None,
            shapes=shown_shape(works.geometry, role="thing"),
            news=news.select_related("municipality")[:ROWS_A_PAGE],
            bbox=(west - MAP_MARGIN, south - MAP_MARGIN, east + MAP_MARGIN, north + MAP_MARGIN),
            limits=self.bbox,
            **kwargs,
        )


def shown_shape(geometry: GEOSGeometry, *, role: str) -> dict[str, Any]:
    """One shape as the map of a page draws it."""
    drawn = {"type": "Feature", "properties": {"role": role}, "geometry": json.loads(geometry.json)}
    return {"type": "FeatureCollection", "features": [drawn]}


def numbered(rows: Iterable[NearRow], first: int = 1) -> list[dict[str, Any]]:
    """Rows as list and map of a page count them."""
    return [
        {"number": number, "row": row, "place": [row.point.x, row.point.y] if row.point else None}
        for number, row in enumerate(rows, start=first)
    ]


def pins_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The numbered points of rows for the map beside their list."""
    return [{"number": row["number"], "place": row["place"]} for row in rows if row["place"]]


def box_around(geometries: Iterable[GEOSGeometry]) -> tuple[float, ...] | None:
    """West, south, east, north of shapes with a margin, in degrees; None without any."""
    boxes = [geometry.extent for geometry in geometries]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return (
        min(west) - MAP_MARGIN,
        min(south) - MAP_MARGIN,
        max(east) + MAP_MARGIN,
        max(north) + MAP_MARGIN,
    )


def _csv_row(view: NearbyView, row: NearRow) -> tuple[object, ...]:
    return (
        row.kind,
        row.title,
        row.period,
        "" if row.distance_m is None else round(row.distance_m),
        row.point.x if row.point else "",
        row.point.y if row.point else "",
        view.request.build_absolute_uri(row.url),
    )


def _properties(view: NearbyView, row: NearRow) -> dict[str, object]:
    return {
        "kind": row.kind,
        "title": row.title,
        "when": row.period,
        "metres": None if row.distance_m is None else round(row.distance_m),
        "url": view.request.build_absolute_uri(row.url),
    }
