"""Invents votes as a town would give them: for the demonstration and for measuring; plain numbers.

What is planted is known, so that what the figures say of it can be held against it: a mean for each
kind of place, a field over the town, places better or worse than their kind, and changes from a
day. The same plan makes the same votes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SCORES = 10
DAYS_A_MONTH = 365.25 / 12
# Places differ among themselves, and the town from one end to the other, by so much (points).
SITE_SPREAD, FIELD_SPREAD = 0.55, 0.6
FIELD_METRES = 900.0
_WAVES = 64
# A few places have many votes and most few: spread of the logarithm of their votes.
_TAIL = 0.9
# Shape of the negative binomial of a day: small means days that are unlike each other.
_SHAPE = 0.8
_LOWEST, _HIGHEST = 1.6, 9.6
# How people use a scale of ten: the ends and the upper middle more than the rest.
_HABIT_OF_SCORES = np.array([16, 5, 5, 5, 7, 7, 9, 13, 13, 20], dtype=float)
_STEP = 0.05
_CHUNK = 500_000


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind of place is rated: mean score, votes a month, and whether it has office hours."""

    mean: float
    monthly: float
    has_hours: bool = False


HABITS: Mapping[str, Habit] = {
    "administrative-office": Habit(6.6, 9, True),
    "service-centre": Habit(6.9, 60, True),
    "counter": Habit(6.9, 10, True),
    "village-hall": Habit(7.9, 0.5, True),
    "social-service": Habit(7.2, 2.5, True),
    "health": Habit(6.0, 6, True),
    "park": Habit(7.3, 7),
    "playground": Habit(6.6, 4),
    "sport": Habit(7.4, 2.5),
    "tourist": Habit(8.2, 6),
    "culture": Habit(8.1, 3),
    "community-centre": Habit(7.6, 1),
    "pensioners-club": Habit(8.0, 0.6),
    "market": Habit(6.3, 12),
    "kindergarten": Habit(7.8, 3, True),
    "school": Habit(7.0, 3, True),
    "university": Habit(6.9, 5, True),
    "youth-centre": Habit(7.4, 3),
    "transport-line": Habit(6.0, 2),
    "vehicle": Habit(5.9, 6),
    "stop": Habit(5.9, 2.5),
    "transport-building": Habit(5.5, 10),
}
OTHER = Habit(6.8, 2)

# Shares of night, morning, afternoon and evening; votes from Monday to Sunday and from January to
# December, as multiples of the usual.
_PARTS = {
    True: np.array([0.0, 0.56, 0.4, 0.04]),
    False: np.array([0.03, 0.22, 0.42, 0.33]),
}
_WEEK = {
    True: np.array([1.5, 1.35, 1.3, 1.3, 1.35, 0.15, 0.05]),
    False: np.array([0.9, 0.9, 0.9, 0.95, 1.05, 1.2, 1.1]),
}
_YEAR = {
    True: np.array([1.1, 1.05, 1.1, 1.0, 1.0, 0.95, 0.7, 0.65, 1.2, 1.15, 1.1, 1.0]),
    False: np.array([0.6, 0.7, 0.9, 1.1, 1.3, 1.3, 1.2, 1.15, 1.2, 1.0, 0.8, 0.75]),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """The places: metres east and north (nan where a place moves about), and the kind of each."""

    x: Floats
    y: Floats
    kinds: Sequence[str]

    def habits(self) -> list[Habit]:
        """The habit of each place."""
        return [HABITS.get(kind, OTHER) for kind in self.kinds]

    def nearest(self, place: int, count: int) -> tuple[int, ...]:
        """The places around one, itself first."""
        distance = np.hypot(self.x - self.x[place], self.y - self.y[place])
        distance[place] = -1.0
        order = np.argsort(np.where(np.isnan(distance), np.inf, distance), kind="stable")
        return tuple(int(index) for index in order[:count])


@dataclass(frozen=True, slots=True)
class Shift:
    """Places that are better or worse by some points during the days [first, until) of a plan."""

    places: tuple[int, ...]
    by: float
    first: int = 0
    until: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How many days until which last one, what changes when, and places with their own volume."""

    seed: int
    last_day: dt.date
    days: int
    volume: float = 1.0
    shifts: tuple[Shift, ...] = ()
    busy: Mapping[int, float] = field(default_factory=dict)

    @property
    def first_day(self) -> dt.date:
        """The first day with votes."""
        return self.last_day - dt.timedelta(days=self.days - 1)


class Votes(NamedTuple):
    """One row for each vote: index of the place, day from the first, part of the day, score."""

    place: NDArray[np.int32]
    day: NDArray[np.int16]
    part: NDArray[np.int8]
    score: NDArray[np.int8]


def levels(ground: Ground, plan: Plan) -> Floats:
    """What visitors of each place think of it on average, without the changes of the plan."""
    random = np.random.default_rng([plan.seed, 1])
    means = np.array([habit.mean for habit in ground.habits()])
    site = random.normal(0.0, SITE_SPREAD, len(means))
    return np.asarray(means + town_field(ground.x, ground.y, plan.seed) + site)


def town_field(x: Floats, y: Floats, seed: int) -> Floats:
    """A smooth field over the town in points; 0 where a place moves about."""
    random = np.random.default_rng([seed, 2])
    waves = random.normal(0.0, 1.0 / FIELD_METRES, (2, _WAVES))
    phases = random.uniform(0.0, 2 * np.pi, _WAVES)
    angle = np.outer(np.nan_to_num(x), waves[0]) + np.outer(np.nan_to_num(y), waves[1]) + phases
    height = FIELD_SPREAD * np.sqrt(2.0 / _WAVES) * np.cos(angle).sum(axis=1)
    return np.asarray(np.where(np.isnan(x), 0.0, height))


def make_votes(ground: Ground, plan: Plan) -> Votes:
    """All votes of the plan, ordered by place and day."""
    counts = _counts(ground, plan)
    places, days = np.nonzero(counts)
    times = counts[places, days]
    place = np.repeat(places.astype(np.int32), times)
    day = np.repeat(days.astype(np.int16), times)
    random = np.random.default_rng([plan.seed, 4])
    has_hours = np.array([habit.has_hours for habit in ground.habits()])
    drawn = random.random(len(place), dtype=np.float32)
    part = np.where(
        has_hours[place],
        np.searchsorted(_PARTS[True].cumsum()[:-1], drawn, side="right"),
        np.searchsorted(_PARTS[False].cumsum()[:-1], drawn, side="right"),
    ).astype(np.int8)
    return Votes(place, day, part, _scores(ground, plan, place, day))


def histograms(votes: Votes, places: int) -> NDArray[np.int64]:
    """Votes of each place by score: (places, 10)."""
    cell = votes.place.astype(np.int64) * SCORES + votes.score - 1
    return np.bincount(cell, minlength=places * SCORES).reshape(places, SCORES)


def chances(level: float) -> Floats:
    """How likely each score is at a place of which visitors think so much on average."""
    return np.asarray(_CHANCES[_row(np.array([level]))[0]])


def _counts(ground: Ground, plan: Plan) -> NDArray[np.int64]:
    """Votes of each place on each day."""
    random = np.random.default_rng([plan.seed, 3])
    habits = ground.habits()
    tail = np.exp(random.normal(-(_TAIL**2) / 2, _TAIL, len(habits)))
    monthly = np.array([habit.monthly for habit in habits]) * tail * plan.volume
    for place, votes in plan.busy.items():
        monthly[place] = votes
    dates = [plan.first_day + dt.timedelta(days=day) for day in range(plan.days)]
    rhythm = {
        has_hours: np.array(
            [_WEEK[has_hours][day.weekday()] * _YEAR[has_hours][day.month - 1] for day in dates]
        )
        for has_hours in (True, False)
    }
    usual = np.stack([rhythm[habit.has_hours] for habit in habits])
    mean = monthly[:, None] / DAYS_A_MONTH * usual
    return np.asarray(random.negative_binomial(_SHAPE, _SHAPE / (_SHAPE + mean)))


def _scores(
    ground: Ground, plan: Plan, place: NDArray[np.int32], day: NDArray[np.int16]
) -> NDArray[np.int8]:
    level = levels(ground, plan).astype(np.float32)[place]
    for shift in plan.shifts:
        moved = np.isin(place, shift.places) & (day >= shift.first) & (day < shift.until)
        level[moved] += shift.by
    rows = _row(level)
    random = np.random.default_rng([plan.seed, 5])
    score = np.empty(len(place), dtype=np.int8)
    for start in range(0, len(place), _CHUNK):
        part = slice(start, start + _CHUNK)
        drawn = random.random((len(rows[part]), 1), dtype=np.float32)
        score[part] = 1 + (drawn > _CUMULATED[rows[part], :-1]).sum(axis=1)
    return score


def _row(level: NDArray[np.floating]) -> NDArray[np.int64]:
    """The row of the table of chances for a level."""
    clipped = np.clip(level, _LOWEST, _HIGHEST)
    return np.asarray(np.rint((clipped - _LOWEST) / _STEP).astype(np.int64))


def _tilted(mean: float) -> Floats:
    """The habit of scores, tilted by an exponential until it has the mean (by bisection)."""
    scores = np.arange(1, SCORES + 1)
    low, high = -5.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        weights = _HABIT_OF_SCORES * np.exp(middle * (scores - 5.5))
        shares = weights / weights.sum()
        if shares @ scores < mean:
            low = middle
        else:
            high = middle
    return np.asarray(shares)


_CHANCES = np.stack([_tilted(level) for level in np.arange(_LOWEST, _HIGHEST + 1e-9, _STEP)])
_CUMULATED = _CHANCES.cumsum(axis=1).astype(np.float32)
