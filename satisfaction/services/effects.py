"""What was done at a place, and what came of it: works and answers, with the votes around them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q

from departments.models import Works
from departments.querysets import WorksQuerySet
from satisfaction.models import Alert, VoteBlock
from satisfaction.querysets import VoteBlockQuerySet
from satisfaction.statistics.arrays import Floats
from satisfaction.statistics.change import Estimate, mean_estimate, own_sigma2
from satisfaction.statistics.effects import before_after
from satisfaction.statistics.scores import fit
from sign_registry.models import Site

#: Works that lie no farther from a place are works at the place.
NEAR_M = 30.0
#: So far back and forward the votes around works are looked at.
WINDOW = dt.timedelta(days=365)
#: Works that began longer ago no longer stand on the page of a place.
REMEMBERED = dt.timedelta(days=730)
#: With fewer places of the same kind the rest of the town is what a place is compared with.
FEWEST_ALIKE = 3
#: Works that are meant to make a place better; an interruption or an event is not.
MENDING = (Works.Kind.REPAIR, Works.Kind.INTERVENTION, Works.Kind.REALISATION)


@dataclass(frozen=True, slots=True)
class Effect:
    """How much the votes changed beyond what happened at places of the same kind, of 95 %."""

    change: float
    low: float
    high: float
    votes_before: int
    votes_after: int
    first_day: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done at a place, and its effect where there are votes enough."""

    day: dt.date
    works: Works | None
    alert: Alert | None
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class _Turn:
    """When a place was as before, and from when on it was different."""

    first_day: dt.date
    begun: dt.date
    done: dt.date


class _Lot(NamedTuple):
    """Released votes of one place during [first_day, until)."""

    site: int
    first_day: dt.date
    until: dt.date
    counted: Sequence[int]


def works_near(site: Site) -> WorksQuerySet:
    """Works at a place, by where they are; none for what stands nowhere, such as a bus."""
    every = Works.objects.in_municipality(site.municipality)
    ground = ground_of(site)
    return every.near(ground, NEAR_M) if ground else every.none()


def ground_of(site: Site) -> GEOSGeometry | None:
    """Where a place is; a counter is where its centre is."""
    return site.geometry or (site.parent.geometry if site.parent else None)


def effect_of_works(
    *, works: Works, site: Site, known_until: dt.date | None = None, alert: Alert | None = None
) -> Effect | None:
    """Votes of a place before works began and after they ended, against places of its kind.

    Args:
        known_until: look only at votes that count for months before this day.
        alert: the worsening the works answer; votes before the fall are then left out.

    Returns:
        None where there are not yet enough votes on either side.
    """
    turn = _turn(works, alert)
    return _Votes(site, turn.first_day, known_until).effect(turn)


def changes_at(
    site: Site, *, today: dt.date, known_until: dt.date | None = None, is_staff: bool = False
) -> list[Change]:
    """What was done at a place in the last two years, newest first, in five queries at most.

    Args:
        known_until: leave out answers to falls that count for later months, and later votes.
        is_staff: also works that residents do not see.
    """
    answers = {(alert.works_id, alert.pk): alert for alert in _answers(site, today, known_until)}
    answered = {works for works, _alert in answers if works}
    done = [one for one in _works(site, today, is_staff) if one.pk not in answered]
    rows: list[tuple[dt.date, Works | None, Alert | None]] = [
        *((works.starts_on, works, None) for works in done),
        *(
            (alert.answered_on or alert.found_on, _if_seen(alert.works, is_staff), alert)
            for alert in answers.values()
        ),
    ]
    if not rows:
        return []
    turns = [_turn(works, alert) for _day, works, alert in rows]
    votes = _Votes(site, min(turn.first_day for turn in turns), known_until)
    changes = [
        Change(day, works, alert, votes.effect(turn))
        for (day, works, alert), turn in zip(rows, turns, strict=True)
    ]
    return sorted(changes, key=lambda one: one.day, reverse=True)


def _works(site: Site, today: dt.date, is_staff: bool) -> Iterator[Works]:
    found = works_near(site).filter(kind__in=MENDING, starts_on__gt=today - REMEMBERED)
    begun = found.filter(Q(ends_on__isnull=True) | Q(ends_on__lte=today), starts_on__lte=today)
    yield from (begun if is_staff else begun.public()).select_related("owner")


def _answers(site: Site, today: dt.date, known_until: dt.date | None) -> Iterator[Alert]:
    found = Alert.objects.filter(site=site, found_on__gt=today - REMEMBERED).answered()
    if known_until is not None:
        found = found.filter(block__month__lt=known_until)
    yield from found.select_related("works__owner", "site", "municipality")


def _if_seen(works: Works | None, is_staff: bool) -> Works | None:
    return works if works and (is_staff or works.is_public) else None


def _turn(works: Works | None, alert: Alert | None) -> _Turn:
    """Works turn a place when they are over; where no end is known, and a reply, at once."""
    if works is None:
        begun = done = (alert.answered_on or alert.found_on) if alert else dt.date.min
    else:
        begun, done = works.starts_on, works.ends_on or works.starts_on
    first_day = begun - WINDOW
    # What the place was like before it fell is not what the works began from.
    if alert and first_day < alert.since < begun:
        first_day = alert.since
    return _Turn(first_day, begun, done)


class _Votes:
    """Released votes of a place and of its like, read once for all changes."""

    def __init__(self, site: Site, first_day: dt.date, known_until: dt.date | None) -> None:
        self._site = site.pk
        own = VoteBlock.objects.of_site(site).select_related("category").oldest_first().last()
        group = own.category.compare_group if own and own.category else ""
        found = VoteBlock.objects.in_municipality(site.municipality).filter(
            level=VoteBlock.Level.PLACE, first_day__gte=first_day
        )
        if known_until is not None:
            found = found.filter(month__lt=known_until)
        alike = found.filter(Q(category__compare_group=group) | Q(site=site)) if group else found
        self._lots = _lots(alike)
        if group and len({lot.site for lot in self._lots}) <= FEWEST_ALIKE:
            self._lots = _lots(found)

    def effect(self, turn: _Turn) -> Effect | None:
        """What changed at a turn, as far as there are votes on both sides of it."""
        before = self._sums(turn.first_day, turn.begun)
        after = self._sums(turn.done, turn.done + WINDOW)
        like = sorted((before.keys() & after.keys()) - {self._site})
        if self._site not in before or self._site not in after or not like:
            return None
        own = before[self._site], after[self._site]
        rows = np.array([*own, *(before[one] for one in like), *(after[one] for one in like)])
        pooled = fit(rows, rows.sum(axis=1), np.zeros(len(rows), dtype=int)).sigma2
        sigma2 = own_sigma2(own[0] + own[1], pooled)
        controls = (
            np.array([before[one] for one in like]),
            np.array([after[one] for one in like]),
        )
        levels = [mean_estimate(one, one.sum(), sigma2) for one in own]
        alike = _of_all(*controls, pooled)
        found = before_after(levels[0], levels[1], alike[0], alike[1])
        span = [lot for lot in self._lots if lot.site == self._site and lot.first_day >= turn.done]
        return Effect(
            change=found.change,
            low=found.low,
            high=found.high,
            votes_before=int(own[0].sum()),
            votes_after=int(own[1].sum()),
            first_day=turn.done,
            until=max(lot.until for lot in span),
        )

    def _sums(self, first: dt.date, until: dt.date) -> dict[int, Floats]:
        """Votes of each place that were all given within some days."""
        sums: dict[int, Floats] = {}
        for lot in self._lots:
            if first <= lot.first_day and lot.until <= until:
                counted = np.array(lot.counted, dtype=np.float64)
                sums[lot.site] = sums.get(lot.site, 0.0) + counted
        return sums


def _lots(blocks: VoteBlockQuerySet) -> list[_Lot]:
    rows = blocks.values_list("site", "first_day", "until", "counted")
    return [_Lot(*row) for row in rows]


def _of_all(before: Floats, after: Floats, sigma2: float) -> tuple[Estimate, Estimate]:
    """Mean of several places (m, 10) before and after; each counts by what its change tells."""
    votes = before.sum(axis=1), after.sum(axis=1)
    weights = 1 / (1 / votes[0] + 1 / votes[1])
    weights /= weights.sum()
    return _weighted(before, votes[0], weights, sigma2), _weighted(after, votes[1], weights, sigma2)


def _weighted(sums: Floats, votes: Floats, weights: Floats, sigma2: float) -> Estimate:
    means = mean_estimate(sums, votes, sigma2)
    spread = np.asarray(means.deviation) * weights
    return Estimate(float(np.asarray(means.score) @ weights), float(np.sqrt(spread @ spread)))
