"""Releases votes and reasons in blocks; nothing else above the sign registry may read their sums.

The rule itself is `statistics/blocks.py`; docs/statistics.md says what it promises.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max, Sum

from satisfaction.models import ReasonShare, Snapshot, VoteBlock, VoteShare
from satisfaction.services.ground import Numbered, Row, TownGround
from satisfaction.statistics import blocks as rule
from satisfaction.statistics.blocks import COLUMNS, SCORES, UNKNOWN, Block, Integers
from sign_registry.fold import hold_tallies
from sign_registry.models import RatingTally, ReasonTag, ReasonTally, Site
from sign_registry.services.comments import ReleasedMonths
from zones.days import civil_day
from zones.models import Municipality

#: A reason is told once so many gave it; fewer wait for more.
LEAST_REASONS = 3
_BATCH = 2000

_COUNTERS = ", ".join(f"sum(tally.counted[{score}])" for score in range(1, SCORES + 1))
_ASIDE = " + ".join(f"tally.set_aside[{score}]" for score in range(1, SCORES + 1))
# A month's sum is known to be complete only when the month's last week is.
_WEEK = """(CASE tally.grain
    WHEN 'month' THEN date_trunc('week', tally.day + interval '1 month' - interval '4 days')
    ELSE date_trunc('week', tally.day) END)::date"""
# Raw, because one pass over some hundred thousand sums must become one row of a place and a week.
_SUMS = f"""
SELECT site_id, line_id, GREATEST(week, %(first)s) AS added, min(week), {_COUNTERS}, sum({_ASIDE})
FROM (
    SELECT tally.site_id, tally.line_id, tally.counted, tally.set_aside, {_WEEK} AS week
    FROM {RatingTally._meta.db_table} tally
    JOIN {Site._meta.db_table} site ON site.id = tally.site_id
    WHERE site.municipality_id = %(town)s AND (%(sites)s::bigint[] IS NULL
        OR tally.site_id = ANY(%(sites)s) OR tally.line_id = ANY(%(sites)s))
) tally
WHERE week < %(until)s
GROUP BY 1, 2, 3
"""  # noqa: S608 - constants of this module
_TAKEN = f"""
SELECT tally.site_id, tally.line_id, max(block.until), {_COUNTERS}, sum(tally.set_aside)
FROM {VoteShare._meta.db_table} tally
JOIN {VoteBlock._meta.db_table} block ON block.id = tally.block_id
WHERE block.municipality_id = %(town)s
GROUP BY 1, 2
"""  # noqa: S608 - constants of this module
_EVER = dt.date(1, 1, 1)


def release_votes(*, now: dt.datetime, municipality: Municipality | None = None) -> int:
    """Release what the weeks that ended since the last time allow; says how many blocks.

    A first time goes through all past weeks, each by itself, as if it had been run each Monday.
    """
    towns = [municipality] if municipality else Municipality.objects.order_by("pk")
    return sum(_release_town(town, now) for town in towns)


@transaction.atomic
def _release_town(town: Municipality, now: dt.datetime) -> int:
    hold_tallies()
    today = civil_day(now, town.timezone)
    first, until = _first_open_week(town), rule.week_of(today)
    waiting = _Waiting(town, first, until)
    if not waiting.rows or until <= first:
        return 0
    ground = Numbered(TownGround(town), waiting.rows)
    found = list(rule.run(waiting.by_week(), waiting.first_week, ground.on_week, waiting.since))
    blocks = _store(town, found, waiting.rows, ground, today)
    _release_reasons(town, blocks)
    return len(blocks)


def _first_open_week(town: Municipality) -> int:
    """The first week that was not gone through: later than every block and every frozen month."""
    blocks = VoteBlock.objects.in_municipality(town).aggregate(last=Max("until"))["last"]
    frozen = Snapshot.objects.in_municipality(town).aggregate(last=Max("until"))["last"]
    after_blocks = rule.week_of(blocks) if blocks else 0
    after_frozen = rule.last_week_of(_month_before(frozen)) + 1 if frozen else 0
    return max(after_blocks, after_frozen)


class _Waiting:
    """Votes of a town that were not released before the end of a week, by row and week."""

    def __init__(
        self, town: Municipality, first: int, until: int, sites: Sequence[int] | None = None
    ) -> None:
        values: dict[str, Any] = {
            "town": town.pk,
            "first": rule.monday_of(first),
            "until": rule.monday_of(until),
            "sites": sites,
        }
        with connection.cursor() as cursor:
            cursor.execute(_SUMS, values)
            self._added = cursor.fetchall()
            cursor.execute(_TAKEN, values)
            self._taken = cursor.fetchall()
        found = {(row[0], row[1]) for row in self._added}
        if sites is None:
            found |= {(row[0], row[1]) for row in self._taken}
        self.rows: list[Row] = sorted(found, key=lambda row: (row[0], row[1] or 0))
        self._number = {row: number for number, row in enumerate(self.rows)}
        weeks = [rule.week_of(row[2]) for row in self._added]
        self.first_week = max(first, min(weeks, default=first))
        self._weeks = until - self.first_week

    def by_week(self) -> Integers:
        """What each week added, shape (weeks, rows, COLUMNS); the first less what was released."""
        found = np.zeros((self._weeks, len(self.rows), COLUMNS), dtype=np.int64)
        for site, line, week, _, *votes in self._added:
            number = max(rule.week_of(week) - self.first_week, 0)
            found[number, self._number[site, line]] += np.array(votes, dtype=np.int64)
        for site, line, _, *votes in self._taken:
            if (site, line) in self._number:
                found[0, self._number[site, line]] -= np.array(votes, dtype=np.int64)
        return found

    @property
    def since(self) -> Integers:
        """The first week of each row whose votes were not released."""
        found = np.full(len(self.rows), UNKNOWN, dtype=np.int64)
        for site, line, _, earliest, *_votes in self._added:
            number, week = self._number[site, line], rule.week_of(earliest)
            found[number] = week if found[number] == UNKNOWN else min(found[number], week)
        for site, line, until, *_votes in self._taken:
            if (site, line) in self._number:
                found[self._number[site, line]] = rule.week_of(until)
        return found


# --- Storing -------------------------------------------------------------------------------------


def _store(
    town: Municipality, found: list[Block], rows: list[Row], ground: Numbered, today: dt.date
) -> list[VoteBlock]:
    stored = VoteBlock.objects.bulk_create(
        (_row_of(town, block, ground, today) for block in found), batch_size=_BATCH
    )
    VoteShare.objects.bulk_create(
        (
            VoteShare(
                block=block,
                site_id=rows[row][0],
                line_id=rows[row][1],
                counted=share[:SCORES].tolist(),
                set_aside=int(share[SCORES]),
            )
            for block, votes in zip(stored, found, strict=True)
            for row, share in zip(votes.rows, votes.shares, strict=True)
        ),
        batch_size=_BATCH,
    )
    return stored


def _row_of(town: Municipality, block: Block, ground: Numbered, today: dt.date) -> VoteBlock:
    where, first = ground.on_week(block.week), int(block.rows[0])
    level = block.level
    knows_kind = level in {rule.PLACE, rule.ZONE, rule.CATEGORY}
    group = int(where.group[first]) if level != rule.TOWN else UNKNOWN
    return VoteBlock(
        municipality=town,
        level=level,
        site_id=int(where.unit[first]) if level == rule.PLACE else None,
        category_id=_key(where.category[first]) if knows_kind else None,
        compare_group=ground.groups[group],
        zone_id=_key(where.zone[first]) if level == rule.ZONE else None,
        first_day=rule.monday_of(block.since),
        until=rule.monday_of(block.week + 1),
        month=rule.month_of(block.week),
        counted=block.counted.tolist(),
        set_aside=block.set_aside,
        places=block.places,
        released_on=today,
    )


def _key(number: np.int64) -> int | None:
    return None if number == UNKNOWN else int(number)


# --- Reasons -------------------------------------------------------------------------------------


def _release_reasons(town: Municipality, blocks: list[VoteBlock]) -> None:
    """Give each block the reasons of its places from months that were over when it ended.

    A reason that fewer than LEAST_REASONS gave waits for the next block of the place.
    """
    sums = ReasonTally.objects.in_municipality(town).order_by("month", "site", "reason")
    over = list(sums.values_list("month", "site", "reason", "given"))
    waiting: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    taken = ReasonShare.objects.in_municipality(town).values_list("site", "reason")
    for site, reason, given in taken.annotate(total=Sum("given")):
        waiting[site][reason] -= given
    sites: dict[int, list[int]] = defaultdict(list)
    for key, site in VoteShare.objects.filter(block__in=blocks).values_list("block", "site"):
        sites[key].append(site)
    shares: list[ReasonShare] = []
    position = 0
    for block in sorted(blocks, key=lambda one: (one.until, one.pk)):
        while position < len(over) and _month_after(over[position][0]) <= block.until:
            _, site, reason, given = over[position]
            waiting[site][reason] += given
            position += 1
        shares += _reasons_of_block(block, sorted(set(sites[block.pk])), waiting)
    ReasonShare.objects.bulk_create(shares, batch_size=_BATCH)


def _reasons_of_block(
    block: VoteBlock, sites: list[int], waiting: dict[int, dict[int, int]]
) -> list[ReasonShare]:
    totals: dict[int, int] = defaultdict(int)
    for site in sites:
        for reason, given in waiting[site].items():
            totals[reason] += max(given, 0)
    shares = []
    for site in sites:
        for reason, given in waiting[site].items():
            if given > 0 and totals[reason] >= LEAST_REASONS:
                shares.append(ReasonShare(block=block, site_id=site, reason_id=reason, given=given))
                waiting[site][reason] = 0
    return shares


def reasons_of(blocks: Iterable[VoteBlock]) -> list[tuple[ReasonTag, int]]:
    """Reasons released with blocks, the most frequent first."""
    sums = ReasonShare.objects.filter(block__in=blocks).values_list("reason")
    given = dict(sums.annotate(total=Sum("given")))
    tags = ReasonTag.objects.in_bulk(given)
    return sorted(
        ((tags[pk], total) for pk, total in given.items()),
        key=lambda found: (-found[1], found[0].code, found[0].pk),
    )


# --- What waits ----------------------------------------------------------------------------------


def waiting_votes(*, sites: Iterable[Site], today: dt.date) -> dict[int, int]:
    """How many votes of each place wait, as of last Monday; only of places shown alone."""
    by_town: dict[Municipality, list[Site]] = defaultdict(list)
    for site in sites:
        by_town[site.municipality].append(site)
    found: dict[int, int] = {}
    for town, places in by_town.items():
        ground, week = TownGround(town), rule.week_of(today)
        waiting = _Waiting(town, week - 1, week, ground.counted_under({one.pk for one in places}))
        totals: dict[int | None, int] = defaultdict(int)
        for row, votes in zip(waiting.rows, waiting.by_week().sum(axis=0), strict=True):
            totals[ground.unit_of(*row)] += int(votes[:SCORES].sum())
        for site in places:
            if ground.unit_of(site.pk) == site.pk:
                found[site.pk] = max(totals[site.pk], 0)
    return found


def released_months() -> Mapping[int, ReleasedMonths]:
    """Up to which month the votes of each place were released, alone or with others."""
    shares = VoteShare.objects.values_list("site", "block__site").annotate(last=Max("block__until"))
    alone: dict[int, dt.date] = {}
    together: dict[int, dt.date] = {}
    for site, shown_as, until in shares:
        ends = alone if shown_as == site else together
        ends[site] = max(ends.get(site, _EVER), _last_month_before(until))
    return {
        site: ReleasedMonths(alone.get(site, _EVER), together.get(site, _EVER))
        for site in alone.keys() | together.keys()
    }


def _last_month_before(until: dt.date) -> dt.date:
    """The last month all of whose weeks ended by a Monday."""
    month = rule.month_of(rule.week_of(until))
    return _month_before(month)


def _month_before(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)


def _month_after(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)
