"""Address search over a town's register: forward, backward, while typing, and as a geopy class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from geo.matching import complete
from zones.geocoder.answers import Answer, Suggestion, answer_of, nearest_answer, suggestion_of
from zones.geocoder.outside import ask_outside
from zones.geocoder.register_index import RegisterCache
from zones.models import Municipality

_registers = RegisterCache()


def geocode_text(municipality: Municipality, text: str, *, limit: int = 5) -> list[Answer]:
    """Where an address written by a person lies, best first; [] when there is no such address.

    Only a self-hosted service (MEGDAN_GEOCODER_URL), when one is set, is asked further.

    Raises:
        OutsideGeocoderError: that service could not answer, which is not “no such address”.
    """
    index = _registers.index_of(municipality)
    answers = [answer_of(index, hit) for hit in index.gazetteer.search(text, limit=limit)]
    if answers or not settings.MEGDAN_GEOCODER_URL or not text.strip():
        return answers
    return ask_outside(municipality, text, limit=limit)


def suggest(
    municipality: Municipality, text: str, *, limit: int = 8, near: Point | None = None
) -> list[Suggestion]:
    """What a text may become while it is typed, best first; `near` (EPSG:4326) breaks ties."""
    index = _registers.index_of(municipality)
    hits = complete(index.gazetteer, text, limit=limit * 2 if near else limit)
    if near is not None:
        east, north = near.coords

        def order(hit: Any) -> tuple[float, float]:
            return -round(hit.score, 2), abs(hit.longitude - east) + abs(hit.latitude - north)

        hits = sorted(hits, key=order)
    return [suggestion_of(index, hit) for hit in hits[:limit]]


def reverse_point(municipality: Municipality, point: Point) -> Answer | None:
    """The nearest address within 60 m of a point (EPSG:4326), else street within 150 m, or None."""
    index = _registers.index_of(municipality)
    nearest = index.nearest.find(point.x, point.y)
    return nearest_answer(index, nearest) if nearest is not None else None


class RegisterGeocoder(Geocoder):  # type: ignore[misc] # geopy is untyped
    """A geopy geocoder over one town's register; `Location.raw` is the Answer as a dict.

    With exactly_one, equally good answers give None: nothing is guessed. Ask for all to see them.
    """

    def __init__(self, municipality: Municipality) -> None:
        super().__init__(scheme="https", timeout=1)
        self._municipality = municipality

    def geocode(
        self,
        query: str,
        exactly_one: bool = True,
        *,
        timeout: object = DEFAULT_SENTINEL,
        limit: int = 5,
    ) -> Location | list[Location] | None:
        """Find an address. `timeout` is accepted for geopy's sake: nothing here waits."""
        answers = geocode_text(self._municipality, query, limit=limit)
        if exactly_one and answers and answers[0].ambiguous:
            return None
        return _locations(answers, exactly_one=exactly_one)

    def reverse(
        self,
        query: GeopyPoint | Sequence[float] | str,
        exactly_one: bool = True,
        *,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """Find what is nearest to a point, given as geopy does: latitude first."""
        latitude, longitude, _altitude = GeopyPoint(query)
        found = reverse_point(self._municipality, Point(longitude, latitude, srid=4326))
        return _locations([found] if found else [], exactly_one=exactly_one)


def _locations(answers: Sequence[Answer], *, exactly_one: bool) -> Location | list[Location] | None:
    locations = [
        Location(answer.label, (answer.latitude, answer.longitude), answer.as_dict())
        for answer in answers
    ]
    if not locations:
        return None
    return locations[0] if exactly_one else locations
