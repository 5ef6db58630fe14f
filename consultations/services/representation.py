"""Who takes part while a consultation runs, by large groups of zones, for those who hang posters.

Coarse on purpose: groups of many residents, numbers rounded, nothing below a threshold, never a
choice; and of a running vote one figure a day, so that nobody reads off when somebody voted.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet

from consultations.models import Contribution, Process, Response, Roll
from consultations.services.by_zone import neighbours, roll_sizes
from consultations.suppression import NOWHERE, K, Size, merge
from residents.models import Residence, ResidentZone
from zones.days import civil_day

#: Groups of fewer residents are merged further.
LARGE = 50
_STEP = 5
_DAY_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Reached:
    """A group of zones.

    Attributes:
        residents: who could take part, to the nearest five.
        voted: marks on the roll; nothing where there are too few, or no vote.
        answered: filled-in surveys of people who live there.
        said: people who live there and said something.
    """

    zones: tuple[int, ...]
    residents: int
    voted: int | None
    answered: int | None
    said: int | None


@dataclass(frozen=True, slots=True)
class Representation:
    """All groups, and the day of the figures."""

    groups: Sequence[Reached]
    day: dt.date
    has_vote: bool


def representation(process: Process, now: dt.datetime) -> Representation:
    """Groups of zones with who took part, as of the first look of the day; eight queries."""
    day = civil_day(now, process.municipality.timezone)
    key = f"consultations:representation:{process.pk}:{day}"
    found: Representation | None = cache.get(key)
    if found is None:
        found = _reckoned(process, day)
        cache.set(key, found, _DAY_S)
    return found


def rounded(number: int) -> int | None:
    """To the nearest five; nothing below the threshold."""
    return None if number < K else _STEP * round(number / _STEP)


def _reckoned(process: Process, day: dt.date) -> Representation:
    roll = Roll.objects.filter(phase__process=process).order_by("-phase__starts_at").first()
    sizes = roll_sizes(roll.pk) if roll else {}
    residents = {zone: size.residents for zone, size in sizes.items()} or _at_home(process, day)
    even = {zone: Size(number, number) for zone, number in residents.items()}
    answered = _inside(Response.objects.filter(phase__process=process), "pk")
    said = _inside(Contribution.objects.filter(process=process), "author")
    voted = {zone: size.ballots for zone, size in sizes.items()}
    groups = [
        Reached(
            zones=group.zones,
            residents=_STEP * round((group.residents or 0) / _STEP),
            voted=_sum(voted, group.zones),
            answered=_sum(answered, group.zones),
            said=_sum(said, group.zones),
        )
        for group in merge(even, neighbours(even), LARGE)
        if group.is_shown
    ]
    return Representation(groups, day, roll is not None)


def _sum(numbers: Mapping[int, int], zones: Sequence[int]) -> int | None:
    return rounded(sum(numbers.get(zone, 0) for zone in zones))


def _at_home(process: Process, day: dt.date) -> dict[int, int]:
    """Residents by neighbourhood, of the area where there is one."""
    homes = Residence.objects.in_municipality(process.municipality).in_force(day)
    homes = homes.filter(resident__finished_at__isnull=False)
    if process.area is not None and process.area.geometry is not None:
        homes = homes.covered_by(process.area.geometry)
    held = ResidentZone.objects.open().filter(residence__in=homes, kind__code="neighbourhood")
    return dict(held.order_by().values_list("zone_id").annotate(number=Count("pk")))


def _inside(rows: QuerySet[Any], what: str) -> Counter[int]:
    counted = rows.filter(standing="inside").order_by().values_list("zone_id")
    found: Counter[int] = Counter()
    for zone, number in counted.annotate(number=Count(what, distinct=True)):
        found[zone or NOWHERE] += number
    return found
