"""Where a report is, from whatever its reporter gave: marks, a place with a sign, an address."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.crs import STORAGE_SRID
from incidents.services.marking import marks_of, shape_of
from sign_registry.models import Site
from zones.geocoder import Answer, OutsideGeocoderError, Precision, geocode_text
from zones.models import Municipality

LONGEST = 200
MOST_CHOICES = 6
#: Coarser than this a position of a phone is a guess about the part of town.
COARSEST_M = 5000.0
# How far a place may lie from where an answer of the address search puts it.
_ACCURACY_M = {
    Precision.ADDRESS: 10.0,
    Precision.INTERPOLATED: 30.0,
    Precision.BLOCK: 40.0,
    Precision.STREET: 200.0,
}
_ROUGH_M = 500.0
_SURE = 0.9
WORDS_ONLY = "words"


@dataclass(frozen=True, slots=True)
class Told:
    """What the form holds about the place; `chosen` answers a question about the typed address."""

    shape: str = "point"
    marks: str = ""
    accuracy_m: float | None = None
    address: str = ""
    address_to: str = ""
    chosen: str = ""
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The place, EPSG:4326; `choices` asks which one is meant, and then there is no geometry."""

    geometry: GEOSGeometry | None = None
    accuracy_m: float | None = None
    site: Site | None = None
    words: str = ""
    choices: Sequence[Answer] = ()


def find_place(*, municipality: Municipality, told: Told) -> Found:
    """The place of a report: marks count first, then the place with the sign, then the address.

    Raises:
        ValidationError: `no_place` where nothing was given, `unknown_place` for an address nobody
            knows, `outside`, and what the intake refuses.
    """
    if told.marks.strip():
        shape = shape_of(municipality=municipality, shape=told.shape, marks=marks_of(told.marks))
        accuracy = told.accuracy_m if told.shape == "point" else None
        return Found(shape, accuracy, _site_near(told.site, shape))
    if told.site is not None and not told.address.strip():
        return Found(told.site.geometry, None, told.site)
    if not told.address.strip():
        raise ValidationError(
            _("Say where it is: by your position, on the map, or as an address."), code="no_place"
        )
    return _by_address(municipality, told)


def _by_address(municipality: Municipality, told: Told) -> Found:
    if told.chosen == WORDS_ONLY:
        return Found(words=told.address.strip()[:LONGEST])
    if told.chosen:
        geometry = shape_of(
            municipality=municipality, shape="point", marks=marks_of(told.chosen)[:1]
        )
        return Found(geometry, _ACCURACY_M[Precision.INTERPOLATED])
    answers = _answers(municipality, told.address)
    if not answers:
        raise ValidationError(
            _("We do not find this address. Write it in another way, or mark it on the map."),
            code="unknown_place",
        )
    first = answers[0]
    if len(answers) > 1 and (first.ambiguous or first.score < _SURE):
        return Found(choices=answers[:MOST_CHOICES])
    if told.shape == "line" and told.address_to.strip():
        last = _answers(municipality, told.address_to)
        if last:
            ends = [_point(first), _point(last[0])]
            return Found(shape_of(municipality=municipality, shape="line", marks=ends))
    geometry = shape_of(municipality=municipality, shape="point", marks=[_point(first)])
    return Found(geometry, _ACCURACY_M.get(Precision(first.precision), _ROUGH_M))


def _answers(municipality: Municipality, text: str) -> list[Answer]:
    try:
        found = geocode_text(municipality, text.strip()[:LONGEST], limit=MOST_CHOICES)
    except OutsideGeocoderError:
        return []
    return [one for one in found if one.longitude is not None and one.latitude is not None]


def _point(answer: Answer) -> Point:
    return Point(answer.longitude, answer.latitude, srid=STORAGE_SRID)


def _site_near(site: Site | None, shape: GEOSGeometry) -> Site | None:
    """The place with the sign stays unless the mark was put clearly elsewhere."""
    if site is None or site.geometry is None:
        return site
    return site if site.geometry.distance(shape) < _ELSEWHERE_DEGREES else None


_ELSEWHERE_DEGREES = 0.002
