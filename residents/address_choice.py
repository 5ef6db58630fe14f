"""What the address search says about a typed home: found, choose one, or not found; no guess."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point
from django.db.models import Q

from geo.crs import STORAGE_SRID
from geo.matching import fold, parse_address
from geo.metres import within_metres
from sign_registry.codes import MistypedError, normalise
from sign_registry.models import Sign, SignCode
from sign_registry.workflow import ANSWERING
from zones.geocoder import Answer, OutsideGeocoderError, Precision, geocode_text
from zones.labels import address_label
from zones.models import Address, Municipality

if TYPE_CHECKING:
    import datetime as dt

#: Below it a part of what was typed was read as something else, so the person is asked.
SURE_SCORE = 0.95
MOST_CHOICES = 12
MOST_BESIDE = 40
MOST_AROUND = 400
#: No entrance of a block lies farther from its middle.
BLOCK_WITHIN_M = 150.0
LONGEST_TEXT = 200


class Outcome(StrEnum):
    """What comes of a typed address."""

    PLACED = "placed"
    CHOOSE = "choose"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome, the addresses it is about, and a point near the home where one is known."""

    outcome: Outcome
    addresses: tuple[Address, ...] = ()
    near: Point | None = None


def find_home(*, municipality: Municipality, text: str) -> Found:
    """Look a typed home up in the register.

    Only a door that fits what was typed is taken as it is; a building with several entrances and
    every doubt is shown for choosing.
    """
    try:
        answers = geocode_text(municipality, text[:LONGEST_TEXT], limit=MOST_CHOICES)
    except OutsideGeocoderError:
        answers = []
    near = _point(answers[0]) if answers else None
    doors = [one for one in answers if one.address_id is not None]
    addresses = _in_order(municipality, [one.address_id for one in doors if one.address_id])
    if not addresses:
        return _in_block(municipality, text, near)
    first, home = doors[0], addresses[0]
    rivals = _rivals(home, text)
    is_sure = (
        first is answers[0]
        and first.precision is Precision.ADDRESS
        and not first.ambiguous
        and first.score >= SURE_SCORE
        and not rivals
    )
    if is_sure:
        return Found(Outcome.PLACED, (home,), near)
    shown = list(dict.fromkeys([*addresses, *rivals]))[:MOST_CHOICES]
    return Found(Outcome.CHOOSE, tuple(shown), near)


def beside(address: Address) -> list[Address]:
    """The other doors of the same number or block, each label once, in the order of entrances."""
    same = Q()
    if address.street_id and address.address_number:
        same |= Q(street=address.street_id, address_number=address.address_number)
    if address.block:
        same |= Q(block=address.block, street=address.street_id, quarter=address.quarter)
    if not same:
        return []
    others = (
        Address.objects.in_municipality(address.municipality)
        .filter(same, locality=address.locality)
        .exclude(pk=address.pk)
        .select_related("street", "municipality")
        .order_by("block", "entrance", "pk")
    )
    by_label = {home_label(one): one for one in reversed(others[:MOST_BESIDE])}
    by_label.pop(home_label(address), None)
    return list(reversed(by_label.values()))


def _in_block(municipality: Municipality, text: str, near: Point | None) -> Found:
    """The doors of a block that the search knows as a whole: one where its entrance was typed."""
    parsed = parse_address(text, municipality.languages[0])
    block, entrance = fold(parsed.block), fold(parsed.entrance)
    if near is None or not block:
        return Found(Outcome.NOT_FOUND, near=near)
    around = (
        Address.objects.in_municipality(municipality)
        .filter(within_metres("location", near, BLOCK_WITHIN_M))
        .exclude(block="")
        .select_related("street", "municipality")
        .order_by("block", "entrance", "pk")
    )
    doors = [one for one in around[:MOST_AROUND] if fold(one.block) == block]
    named = [one for one in doors if entrance and fold(one.entrance) == entrance]
    if len(named) == 1:
        return Found(Outcome.PLACED, tuple(named), near)
    shown = tuple(named or doors)[:MOST_BESIDE]
    return Found(Outcome.CHOOSE if shown else Outcome.NOT_FOUND, shown, near)


def _rivals(home: Address, text: str) -> list[Address]:
    """Doors of the same building that what was typed does not tell from the one that was found."""
    parsed = parse_address(text, home.municipality.languages[0])
    asked = (("block", fold(parsed.block)), ("entrance", fold(parsed.entrance)))
    return [
        other
        for other in beside(home)
        if not any(said and fold(getattr(other, part)) != said for part, said in asked)
    ]


def address_of(municipality: Municipality, number: str) -> Address | None:
    """The address of a number that a form sent; none of another town."""
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return None
    found = Address.objects.in_municipality(municipality).filter(pk=int(number))
    return found.select_related("street", "municipality").first()


def home_label(address: Address) -> str:
    """One line for an address, its settlement included."""
    return address_label(address, with_locality=True)


def staircase_of(*, municipality: Municipality, code: str, now: dt.datetime) -> Address | None:
    """The address a registration sign hangs at; none for any other code.

    It only fills a form in: a scan is no proof, and which sign it was is not kept.
    """
    try:
        token = normalise(code)
    except MistypedError:
        return None
    known = (
        SignCode.objects.in_municipality(municipality)
        .accepted(now)
        .filter(
            token=token,
            sign__purpose=Sign.Purpose.REGISTRATION,
            sign__state__in=ANSWERING,
            sign__site__address__municipality=municipality,
        )
        .select_related("sign__site__address__street", "sign__site__address__municipality")
        .first()
    )
    return known.sign.site.address if known and known.sign.site else None


def _in_order(municipality: Municipality, numbers: list[int]) -> list[Address]:
    rows = Address.objects.in_municipality(municipality).filter(pk__in=numbers)
    found = {row.pk: row for row in rows.select_related("street", "municipality")}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def _point(answer: Answer) -> Point:
    return Point(answer.longitude, answer.latitude, srid=STORAGE_SRID)
