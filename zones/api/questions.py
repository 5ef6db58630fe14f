"""Search, locate, geocode and reverse: read the question, ask one function, write the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from zones.api import answers
from zones.api.towns import TownView
from zones.days import civil_day
from zones.geocoder import Suggestion, geocode_text, reverse_point, suggest
from zones.locating import Located, locate
from zones.models import Municipality, ZoneKind, ZoneShape
from zones.names import in_language
from zones.paths import address_path, here_path, street_path, zone_path


def _asked(question: type[answers.Question], request: Request) -> dict[str, Any]:
    read = question(data=request.query_params.dict())
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


class Search(TownView):
    """Suggestions while typing."""

    @extend_schema(parameters=[answers.SearchQuestion], responses=answers.SearchAnswer)
    def get(self, request: Request, slug: str) -> Response:
        """Streets, addresses, quarters and settlements the text may become, best first."""
        asked = _asked(answers.SearchQuestion, request)
        found = suggest(self.town, asked["q"], limit=asked["limit"], near=asked["near"])
        rows = [_suggestion(slug, one) for one in found]
        return Response(answers.SearchAnswer({"results": rows}).data)


def _suggestion(slug: str, one: Suggestion) -> dict[str, Any]:
    return {
        "label": one.label,
        "kind": one.kind,
        "kind_label": answers.SUGGESTION_KINDS.get(one.kind, one.kind),
        "precision": str(one.precision),
        "score": one.score,
        "street_id": one.street_id,
        "address_id": one.address_id,
        "longitude": one.longitude,
        "latitude": one.latitude,
        "url": _page_of(slug, one),
    }


def _page_of(slug: str, one: Suggestion) -> str:
    if one.address_id is not None:
        return address_path(slug, one.address_id)
    if one.street_id is not None:
        return street_path(slug, one.street_id)
    if one.longitude is None or one.latitude is None:
        return ""
    return here_path(slug, one.longitude, one.latitude)


class Geocode(TownView):
    """Where a written address lies."""

    @extend_schema(parameters=[answers.GeocodeQuestion], responses=answers.GeocodeAnswer)
    def get(self, request: Request, slug: str) -> Response:
        """Answers with their precision; several `ambiguous` ones are equally good."""
        asked = _asked(answers.GeocodeQuestion, request)
        found = geocode_text(self.town, asked["q"], limit=asked["limit"])
        rows = [one.as_dict() for one in found]
        return Response(answers.GeocodeAnswer({"results": rows}).data)


class Reverse(TownView):
    """The address or street nearest to a point."""

    @extend_schema(parameters=[answers.PointQuestion], responses=answers.ReverseAnswer)
    def get(self, request: Request, slug: str) -> Response:
        """One answer with its distance, or null."""
        point = _asked(answers.PointQuestion, request)["point"]
        found = reverse_point(self.town, point)
        row = found.as_dict() if found else None
        return Response(answers.ReverseAnswer({"result": row}).data)


class Locate(TownView):
    """What a point belongs to."""

    @extend_schema(parameters=[answers.LocateQuestion], responses=answers.LocateAnswer)
    def get(self, request: Request, slug: str) -> Response:
        """Zones, street and nearest address of a point, on a day."""
        asked = _asked(answers.LocateQuestion, request)
        on = asked["on"] or civil_day(timezone.now(), self.town.timezone)
        found = locate(municipality=self.town, point=asked["point"], on=on)
        return Response(answers.LocateAnswer(_located(self.town, asked["point"], found, on)).data)


def _located(town: Municipality, point: Point, found: Located, on: dt.date) -> dict[str, Any]:
    return {
        "longitude": point.x,
        "latitude": point.y,
        "inside": found.inside,
        "zones": _zones(town, found, on),
        "street": _street(town, found),
        "nearest_address": _nearest(town, found),
    }


def _zones(town: Municipality, found: Located, on: dt.date) -> list[dict[str, Any]]:
    """The zones but the strip of the street, which is told as the street."""
    zones = [zone for zone in found.zones if zone.kind_code != ZoneKind.STREET]
    shapes = ZoneShape.objects.in_municipality(town).in_force(on)
    facts = {
        number: (kind, invented)
        for number, kind, invented in shapes.filter(
            zone__in=[zone.zone_id for zone in zones]
        ).values_list("zone_id", "zone__kind__names", "edition__dataset__is_synthetic")
    }
    return [
        {
            "id": zone.zone_id,
            "kind": zone.kind_code,
            "kind_label": in_language(facts[zone.zone_id][0], town.languages),
            "code": zone.code,
            "name": zone.name,
            "names": zone.names,
            "basis": zone.basis,
            "is_synthetic": facts[zone.zone_id][1],
            "area_m2": zone.area_m2,
            "url": zone_path(town.slug, zone.zone_id),
        }
        for zone in zones
    ]


def _street(town: Municipality, found: Located) -> dict[str, Any] | None:
    street = found.street
    if street is None:
        return None
    return {
        "id": street.street_id,
        "zone_id": street.zone_id,
        "name": street.name,
        "names": street.names,
        "basis": street.basis,
        "url": street_path(town.slug, street.street_id),
    }


def _nearest(town: Municipality, found: Located) -> dict[str, Any] | None:
    nearest = found.nearest_address
    if nearest is None:
        return None
    return {
        "id": nearest.address_id,
        "label": nearest.label,
        "street_id": nearest.street_id,
        "distance_m": round(nearest.distance_m, 1),
        "quality": nearest.position_quality,
        "longitude": nearest.longitude,
        "latitude": nearest.latitude,
        "url": address_path(town.slug, nearest.address_id),
    }
