"""Publishes how many homes and people the squares of a town hold; the only reader of exact counts.

Each measure is divided and rounded for itself (zones.reach_squares). People are told once a quarter
and no sooner than 200 have registered; homes are public and follow the register.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.utils.crypto import salted_hmac

from geo.crs import project, unproject
from residents.models import ReachBasis, Residence
from zones.days import civil_day
from zones.models import Address, Municipality, ReachCell
from zones.reach import FIRST_PUBLICATION
from zones.reach_squares import LEAST_HOMES, Basis, Dice, Leaf, Square, divide, leaves
from zones.services.register import lock
from zones.services.registers import geos

Measure = ReachCell.Measure
#: Ways of telling people, each with the accounts that can be told so.
Ways = Mapping[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class Published:
    """How many squares each measure has now; measures that were left as they are do not stand."""

    squares: Mapping[str, int]

    @property
    def people(self) -> bool:
        """Whether numbers of people were published."""
        return Measure.RESIDENTS in self.squares


@transaction.atomic
def publish_reach(*, municipality: Municipality, now: dt.datetime, ways: Ways) -> Published:
    """Bring the published squares of a town up to its register and, once a quarter, its residents.

    Args:
        municipality: the town, locked meanwhile.
        now: decides the civil day, and with it the quarter.
        ways: accounts by `email`, `push` and `letter`; what is known of them lies above this app.
    """
    lock(municipality)
    on = civil_day(now, municipality.timezone)
    homes = _homes(municipality)
    around = Counter(homes.values())
    # Homes are no secret: any square that holds ten is told.
    squares = {
        Measure.HOMES.value: _publish(municipality, Measure.HOMES, homes, Counter(around), on)
    }
    if _people_are_due(municipality, on):
        residents, accounts = _residents(municipality, on)
        if len(residents) >= FIRST_PUBLICATION or _was_published(municipality):
            groups = {Measure.RESIDENTS.value: residents}
            for way in (Measure.EMAIL, Measure.PUSH, Measure.LETTER):
                reached = set(ways.get(way.value, ()))
                groups[way.value] = {
                    one: leaf for one, leaf in residents.items() if accounts[one] in reached
                }
            for name, members in groups.items():
                squares[name] = _publish(municipality, Measure(name), members, around, on)
    return Published(squares)


def is_due(municipality: Municipality, now: dt.datetime) -> bool:
    """Whether publishing would tell anything new: homes never told, or a new quarter of people."""
    on = civil_day(now, municipality.timezone)
    cells = ReachCell.objects.in_municipality(municipality)
    if not cells.of(Measure.HOMES).exists():
        return Address.objects.in_municipality(municipality).exists()
    if not _people_are_due(municipality, on):
        return False
    registered = Residence.objects.in_municipality(municipality).counted(on)
    return _was_published(municipality) or registered.count() >= FIRST_PUBLICATION


def _people_are_due(municipality: Municipality, on: dt.date) -> bool:
    """At most once a quarter, so that nobody can publish after each registration and compare."""
    cells = ReachCell.objects.in_municipality(municipality).of(Measure.RESIDENTS)
    newest = cells.order_by("-published_on").values_list("published_on", flat=True).first()
    return newest is None or _quarter(newest) != _quarter(on)


def _was_published(municipality: Municipality) -> bool:
    bases = ReachBasis.objects.in_municipality(municipality)
    return bases.filter(measure=Measure.RESIDENTS).exists()


def _quarter(day: dt.date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _homes(municipality: Municipality) -> dict[int, Leaf]:
    found = Address.objects.in_municipality(municipality).values_list("pk", "location")
    return _on_the_grid([(pk, at.x, at.y) for pk, at in found.iterator()], municipality)


def _residents(municipality: Municipality, on: dt.date) -> tuple[dict[int, Leaf], dict[int, int]]:
    """Where each resident lives, and whose account each is."""
    found = list(
        Residence.objects.in_municipality(municipality)
        .counted(on)
        .values_list("resident", "location", "resident__user")
    )
    places = _on_the_grid([(one, at.x, at.y) for one, at, _user in found], municipality)
    return places, {one: user for one, _at, user in found}


def _on_the_grid(
    found: list[tuple[int, float, float]], municipality: Municipality
) -> dict[int, Leaf]:
    if not found:
        return {}
    points = shapely.points([one[1:] for one in found])
    metres = shapely.get_coordinates(project(points, municipality.metric_srid))
    column, row = leaves(metres[:, 0], metres[:, 1])
    numbers = (one[0] for one in found)
    return dict(zip(numbers, zip(column.tolist(), row.tolist(), strict=True), strict=True))


def _publish(
    municipality: Municipality,
    measure: Measure,
    members: Mapping[int, Leaf],
    homes: Mapping[Leaf, int],
    on: dt.date,
) -> int:
    bases = ReachBasis.objects.in_municipality(municipality).filter(measure=measure)
    before = {
        Square(one.level, one.column, one.row): Basis(frozenset(one.members), one.count)
        for one in bases
    }
    told = divide(
        members,
        homes=homes,
        before=before,
        dice=_dice(municipality, measure),
        least_homes=1 if measure == Measure.HOMES else LEAST_HOMES,
    )
    if told == before:
        # The same numbers, said again for the quarter.
        cells = ReachCell.objects.in_municipality(municipality).of(measure)
        cells.update(published_on=on)
        return cells.count()
    return _store(municipality, measure, told, on)


def _dice(municipality: Municipality, measure: Measure) -> Dice:
    secret = salted_hmac("residents.reach", str(municipality.pk), algorithm="sha256").digest()
    return Dice(secret, measure.value)


def _store(
    municipality: Municipality, measure: Measure, told: Mapping[Square, Basis], on: dt.date
) -> int:
    ReachBasis.objects.in_municipality(municipality).filter(measure=measure).delete()
    ReachCell.objects.in_municipality(municipality).of(measure).delete()
    same = {"municipality": municipality, "measure": measure.value}
    ReachBasis.objects.bulk_create(
        [
            ReachBasis(**same, **square._asdict(), members=sorted(basis.members), count=basis.count)
            for square, basis in told.items()
        ],
        batch_size=1000,
    )
    shown = [(square, basis.count) for square, basis in told.items() if basis.count]
    shapes = _shapes([square for square, _count in shown], municipality.metric_srid)
    ReachCell.objects.bulk_create(
        [
            ReachCell(**same, **square._asdict(), count=count, geometry=shape, published_on=on)
            for (square, count), shape in zip(shown, shapes, strict=True)
        ],
        batch_size=1000,
    )
    return len(shown)


def _shapes(squares: list[Square], metric_srid: int) -> list[Polygon]:
    if not squares:
        return []
    boxes = shapely.box(*np.array([square.bounds for square in squares]).T)
    found = (geos(one) for one in unproject(boxes, metric_srid))
    return [one for one in found if isinstance(one, Polygon)]
