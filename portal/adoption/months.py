"""Registrations of one month as they may be told; no ORM.

Each month that is over is told for itself, out of nothing but what happened in it: then no two
pages, however far apart, differ by somebody. Within a month zones are joined to their neighbours,
and ways of registering to each other, until each number holds at least `K` people
(`consultations.suppression.merge`). So there are no cells to leave out, and what is left of the
sum of a month is never smaller than what is told of it. Months of fewer than `K` say nothing, and
no sum over months is told from which they could be found. Everything is rounded to five at last,
so that one person who leaves, and is erased, is seen in one case of five at most.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consultations.suppression import NOWHERE, K, Size, merge
from residents.services.adoption import Joined

#: The ways in the order in which they are told; their place stands for them in groups.
WAYS = ("web", "sign", "desk")
#: So many months that are over are told.
MONTHS = 12
STEP = 5

Near = Mapping[int, Iterable[int]]


@dataclass(frozen=True, slots=True)
class Part:
    """Zones, or ways, that are told as one, and how many registered, to the nearest five."""

    members: tuple[int, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month that is over.

    Attributes:
        number: to the nearest five; nothing where fewer than `K` registered.
        zones: groups of zones, `NOWHERE` among them; empty where nothing is told.
        ways: groups of places in `WAYS`; likewise.
    """

    first: dt.date
    number: int | None
    zones: Sequence[Part]
    ways: Sequence[Part]


def months_told(
    joined: Iterable[Joined], months: Iterable[dt.date], zones: Iterable[int], near: Near
) -> list[Month]:
    """Each month as it may be told. O(months x zones²) at worst; a town has tens of zones.

    Args:
        months: first days of months that are over.
        zones: every zone there is, also those where nobody registered.
        near: which zones touch.
    """
    every = [NOWHERE, *zones]
    rows = list(joined)
    return [
        _told(first, [row for row in rows if row.month == first], every, near) for first in months
    ]


def rounded(number: int) -> int:
    """To the nearest five."""
    return STEP * ((number + STEP // 2) // STEP)


def last_months(today: dt.date) -> list[dt.date]:
    """First days of the months that are over, the oldest first."""
    latest = today.year * 12 + today.month - 2
    numbers = range(latest - MONTHS + 1, latest + 1)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]


def _told(first: dt.date, rows: Sequence[Joined], zones: Sequence[int], near: Near) -> Month:
    number = sum(row.number for row in rows)
    if number < K:
        return Month(first, None, (), ())
    by_zone = dict.fromkeys(zones, 0)
    for row in rows:
        zone = row.zone if row.zone in by_zone else NOWHERE
        by_zone[zone] += row.number
    by_way: Counter[int] = Counter(dict.fromkeys(range(len(WAYS)), 0))
    for row in rows:
        by_way[WAYS.index(row.origin) if row.origin in WAYS else 0] += row.number
    return Month(first, rounded(number), parts(by_zone, near), parts(by_way, {}))


def parts(counts: Mapping[int, int], near: Near) -> list[Part]:
    """Counts in groups of at least `K`; everything is one group at worst, and none below `K`."""
    sizes = {name: Size(number, number) for name, number in counts.items()}
    return [
        Part(group.zones, rounded(group.ballots))
        for group in merge(sizes, near)
        if group.ballots is not None
    ]
