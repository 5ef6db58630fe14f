"""The rule by which votes are released: whole weeks, at least ten at once, each vote once.

Rows are what votes are counted by (a place, or a vehicle on a line); a unit is what may be shown
alone (a place, a line with its vehicles, a centre with its counters). docs/statistics.md says why.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

#: The fewest votes any published figure may be about; it binds staff too.
LEAST_VOTES = 10
#: So many are released in any week; fewer wait for the last week of a month.
MANY_VOTES = 20
#: A place with so many at the end of a quarter may wait for a figure of its own, a year at most.
PATIENT_VOTES = 5
PATIENT_WEEKS = 52
#: Votes released together without naming the place are of at least so many places.
LEAST_PLACES = 2
#: Ten counters of scores, then one of votes set aside.
SCORES = 10
COLUMNS = SCORES + 1
UNKNOWN = -1
PLACE, ZONE, CATEGORY, GROUP, TOWN = "place", "zone", "category", "group", "town"


@dataclass(frozen=True, slots=True)
class Ground:
    """What each row belongs to, as numbers from 0 up, shape (rows,); UNKNOWN where nothing.

    A row whose unit is UNKNOWN is released only together with others. `place` tells rows of one
    place from those of another.
    """

    unit: Integers
    place: Integers
    category: Integers
    zone: Integers
    group: Integers

    def levels(self) -> Iterator[tuple[str, Integers]]:
        """Under which number each row is counted with its like, from the narrowest level up."""
        width = int(self.zone.max(initial=0)) + 1
        placed = (self.category >= 0) & (self.zone >= 0)
        yield ZONE, np.where(placed, self.category * width + self.zone, UNKNOWN)
        yield CATEGORY, self.category
        yield GROUP, self.group
        yield TOWN, np.zeros_like(self.unit)


@dataclass(frozen=True, slots=True)
class Block:
    """Votes released together: what each row gave, from the week `since` to `week` inclusive."""

    level: str
    rows: Integers
    # Shape (rows, COLUMNS).
    shares: Integers
    places: int
    since: int
    week: int

    @property
    def counted(self) -> Integers:
        """Votes by score, shape (SCORES,)."""
        found: Integers = self.shares[:, :SCORES].sum(axis=0)
        return found

    @property
    def set_aside(self) -> int:
        """Votes set aside."""
        return int(self.shares[:, SCORES].sum())


# --- Weeks ---------------------------------------------------------------------------------------


def week_of(day: dt.date) -> int:
    """The running number of the week of a day."""
    return (day.toordinal() - 1) // 7


def monday_of(week: int) -> dt.date:
    """The first day of a week."""
    return dt.date.fromordinal(week * 7 + 1)


def month_of(week: int) -> dt.date:
    """The first day of the month a week counts for: that of its Thursday, as in ISO 8601."""
    return (monday_of(week) + dt.timedelta(days=3)).replace(day=1)


def ends_month(week: int) -> bool:
    """Whether the next week counts for another month."""
    return month_of(week) != month_of(week + 1)


def ends_quarter(week: int) -> bool:
    """Whether the next week counts for another quarter of the year."""
    return ends_month(week) and month_of(week).month % 3 == 0


def last_week_of(month: dt.date) -> int:
    """The last week that counts for a month, given by its first day."""
    after = (month + dt.timedelta(days=31)).replace(day=1)
    return week_of(after - dt.timedelta(days=4))


# --- The rule ------------------------------------------------------------------------------------


def release(pending: Integers, ground: Ground, since: Integers, week: int) -> list[Block]:
    """The blocks that a week releases out of what waits, shape (rows, COLUMNS).

    Args:
        pending: votes before the end of the week that were not released; below zero where votes
            were set aside after their release.
        since: the first week whose votes of the row were not released yet, shape (rows,).
    """
    waits = np.asarray(pending.any(axis=1), dtype=np.bool_)
    blocks = _units(pending, ground, since, week)
    for block in blocks:
        waits[block.rows] = False
    if ends_quarter(week):
        waits &= ~_patient(pending, ground, since, week)
        for level, keys in ground.levels():
            found = _pools(level, pending, ground.place, keys, waits)
            for rows, places in found:
                waits[rows] = False
                blocks.append(_block(level, rows, places, pending, since, week))
    return blocks


def run(
    weeks: Integers, first_week: int, ground_of: Callable[[int], Ground], since: Integers
) -> Iterator[Block]:
    """Release week after week.

    Args:
        weeks: what each week added, shape (weeks, rows, COLUMNS); the first one also what waited.
        since: as in `release`, UNKNOWN for rows of which nothing was released yet.
    """
    pending = np.zeros(weeks.shape[1:], dtype=np.int64)
    since = since.copy()
    for number, added in enumerate(weeks):
        week = first_week + number
        pending += added
        since[(since == UNKNOWN) & added.any(axis=1)] = week
        for block in release(pending, ground_of(week), since, week):
            pending[block.rows] -= block.shares
            since[block.rows] = week + 1
            yield block


def _units(pending: Integers, ground: Ground, since: Integers, week: int) -> list[Block]:
    """What is enough to be shown alone."""
    own = np.flatnonzero((ground.unit >= 0) & pending.any(axis=1))
    units, of_unit = np.unique(ground.unit[own], return_inverse=True)
    least = LEAST_VOTES if ends_month(week) else MANY_VOTES
    ready = _enough(_sums(pending[own], of_unit, len(units)), least)
    return [_block(PLACE, rows, 1, pending, since, week) for rows in _rows(own, of_unit, ready)]


def _patient(pending: Integers, ground: Ground, since: Integers, week: int) -> Marks:
    """Rows whose unit will soon be enough by itself: pooled now, it would never have a figure."""
    patient = np.zeros(len(pending), dtype=np.bool_)
    own = np.flatnonzero(ground.unit >= 0)
    units, of_unit = np.unique(ground.unit[own], return_inverse=True)
    votes = _sums(pending[own], of_unit, len(units))[:, :SCORES].sum(axis=1)
    oldest = np.full(len(units), week, dtype=np.int64)
    waiting = pending[own].any(axis=1)
    np.minimum.at(oldest, of_unit[waiting], since[own][waiting])
    patient[own] = ((votes >= PATIENT_VOTES) & (week - oldest < PATIENT_WEEKS))[of_unit]
    return patient


def _pools(
    level: str, pending: Integers, place: Integers, keys: Integers, waits: Marks
) -> list[tuple[Integers, int]]:
    """What is enough when the places of a level are taken together: rows, and how many places."""
    left = np.flatnonzero(waits & (keys >= 0))
    groups, of_group = np.unique(keys[left], return_inverse=True)
    votes = pending[left, :SCORES].sum(axis=1)
    pairs = np.unique(np.stack([of_group, place[left]])[:, votes > 0], axis=1)
    places = np.bincount(pairs[0], minlength=len(groups))
    enough = _enough(_sums(pending[left], of_group, len(groups)), LEAST_VOTES)
    ready = enough & (places >= LEAST_PLACES)
    return list(
        zip(_rows(left, of_group, ready), (int(number) for number in places[ready]), strict=True)
    )


def _enough(sums: Integers, least: int) -> Marks:
    """Votes enough, and no counter below zero."""
    found: Marks = (sums[:, :SCORES].sum(axis=1) >= least) & (sums[:, :SCORES] >= 0).all(axis=1)
    return found


def _sums(pending: Integers, of_group: Integers, groups: int) -> Integers:
    sums = np.zeros((groups, COLUMNS), dtype=np.int64)
    np.add.at(sums, of_group, pending)
    return sums


def _rows(rows: Integers, of_group: Integers, ready: Marks) -> list[Integers]:
    """The rows of each group that is ready, in the order of the groups."""
    order = np.argsort(of_group, kind="stable")
    bounds = np.searchsorted(of_group[order], np.arange(1, len(ready)))
    return [
        part
        for part, is_ready in zip(np.split(rows[order], bounds), ready, strict=False)
        if is_ready
    ]


def _block(
    level: str, rows: Integers, places: int, pending: Integers, since: Integers, week: int
) -> Block:
    shares = pending[rows].copy()
    # Votes counted again that were released as set aside: their count stays to be made up.
    shares[:, SCORES] = np.maximum(shares[:, SCORES], 0)
    return Block(level, rows, shares, places, min(int(since[rows].min()), week), week)
