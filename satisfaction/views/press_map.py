"""The press office's map as GeoJSON: places and zones of the choice, only what is published."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, PointOnSurface
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers

from satisfaction.facts import Fact
from satisfaction.models import Figure, GroupFigure, SiteFigure
from satisfaction.selection import Selection, fact_of_group, fact_of_site
from satisfaction.sentences import short
from satisfaction.services.surfaces import box_around, paint_surface, spots_of
from satisfaction.views.press_base import PressPage
from sign_registry.paths import site_path
from zones.models import ZoneShape
from zones.names import in_language
from zones.paths import zone_path

#: About a metre: more digits would only make the answer longer.
DIGITS = 5


class PressMapView(PressPage):
    """One FeatureCollection; its map asks again whenever the choice changes."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The features, or that nothing changed since the reader asked last."""
        if self.selection is None:
            raise Http404
        collection = {
            "type": "FeatureCollection",
            "features": list(self._features(self.selection)),
            "surface": self._surface(self.selection),
        }
        body = json.dumps(
            collection,
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        etag = _etag(body)
        answer = HttpResponse(body, content_type="application/geo+json")
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, max-age=0, must-revalidate"
        patch_vary_headers(answer, ["Cookie", "Accept-Language"])
        return get_conditional_response(request, etag=etag, response=answer) or answer

    def _features(self, chosen: Selection) -> Iterator[dict[str, Any]]:
        yield from self._zones(chosen)
        for figure in chosen.site_figures().annotate(centre=PointOnSurface("site__geometry")):
            if figure.centre is not None:  # type: ignore[attr-defined]
                yield _feature(_point(figure.centre), self._place(figure))  # type: ignore[attr-defined]
        for site in chosen.waiting_sites().annotate(centre=PointOnSurface("geometry")):
            if site.centre is not None:  # type: ignore[attr-defined]
                properties = {
                    "what": "place",
                    "id": site.pk,
                    "name": in_language(site.names, self.order),
                    "state": Figure.State.COLLECTING,
                    "url": site_path(self.municipality.slug, site.pk),
                }
                yield _feature(_point(site.centre), properties)  # type: ignore[attr-defined]

    def _surface(self, chosen: Selection) -> dict[str, Any] | None:
        """Where the painted surface lies, and its address; None where it would be empty."""
        box = box_around(spots_of(chosen.site_figures()), chosen.snapshot)
        if box is None:
            return None
        west, south, east, north = (round(side, DIGITS + 2) for side in box)
        path = reverse("satisfaction:press_surface", args=[self.municipality.slug])
        return {
            "url": f"{path}?{chosen.query(v=chosen.snapshot.digest[:12])}",
            "corners": [[west, north], [east, north], [east, south], [west, south]],
        }

    def _place(self, figure: SiteFigure) -> dict[str, Any]:
        return {
            "what": "place",
            "id": figure.site_id,
            **_figure(figure, fact_of_site(figure, self.town, self.order), self.language),
            "kind": in_language(figure.category.names, self.order),
            "residual": _rounded(figure.residual),
            "band": figure.band,
            "url": reverse(
                "satisfaction:press_site", args=[self.municipality.slug, figure.site_id]
            ),
        }

    def _zones(self, chosen: Selection) -> Iterator[dict[str, Any]]:
        """Large ones first, so that a neighbourhood is drawn over the settlement it lies in."""
        figures = {
            one.zone_id: one for one in chosen.group_figures().of_kind(GroupFigure.Kind.ZONE)
        }
        shapes = ZoneShape.objects.in_municipality(self.municipality)
        shapes = shapes.in_force(chosen.snapshot.made_at.date()).filter(zone__in=list(figures))
        drawn = shapes.annotate(drawing=AsGeoJSON("geometry", precision=DIGITS)).defer("geometry")
        for shape in drawn.order_by("-area_m2", "zone_id"):
            figure = figures[shape.zone_id]
            fact = fact_of_group(figure, self.town, self.order)
            properties = {
                "what": "zone",
                "id": shape.zone_id,
                **_figure(figure, fact, self.language),
                "url": zone_path(self.municipality.slug, shape.zone_id),
            }
            yield _feature(json.loads(shape.drawing), properties)  # type: ignore[attr-defined]


class PressSurfaceView(PressPage):
    """The painted surface; what was published never changes, so its picture neither."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """A PNG; where places are too few, it is empty."""
        chosen = self.selection
        if chosen is None:
            raise Http404
        etag = _etag(f"{chosen.snapshot.digest} {chosen.query()}".encode())
        if known := get_conditional_response(request, etag=etag):
            return known
        spots = spots_of(chosen.site_figures())
        # Where places are too few, nothing of the town is painted.
        box = box_around(spots, chosen.snapshot) or self.bbox
        picture = paint_surface(spots=spots, snapshot=chosen.snapshot, box=box)
        answer = HttpResponse(picture, content_type="image/png")
        answer["ETag"] = etag
        is_named = request.GET.get("v") == chosen.snapshot.digest[:12]
        age = "max-age=31536000, immutable" if is_named else "max-age=0, must-revalidate"
        answer["Cache-Control"] = f"private, {age}"
        return answer


def _figure(figure: Figure, fact: Fact, language: str) -> dict[str, Any]:
    """What the map says of a figure; of one with too few votes its name and nothing else."""
    if figure.score is None or figure.state == Figure.State.COLLECTING:
        return {"name": fact.subject, "state": Figure.State.COLLECTING}
    return {
        "name": fact.subject,
        "state": figure.state,
        "score": _rounded(figure.score),
        "low": _rounded(figure.low),
        "high": _rounded(figure.high),
        "votes": figure.votes,
        "says": short(fact, language),
    }


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(centre: Any) -> dict[str, Any]:
    place = [round(centre.x, DIGITS), round(centre.y, DIGITS)]
    return {"type": "Point", "coordinates": place}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
