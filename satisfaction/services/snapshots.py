"""Freezes figures: once for each period that is over, from released votes, never changed since."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction

from satisfaction.models import Figure, GroupFigure, SiteFigure, Snapshot, VoteBlock
from satisfaction.services.figures import (
    Understood,
    group_figures,
    parameters_of,
    site_figures,
)
from satisfaction.services.lots import TownVotes
from satisfaction.statistics import METHOD
from satisfaction.statistics.blocks import last_week_of, week_of
from sign_registry.fold import hold_tallies
from zones.days import civil_day
from zones.models import Municipality

#: Owners see the figures of their places so many days before everybody else.
REPLY_DAYS = 7
#: Figures made later than so many days after their period are history, published at once.
LATE_DAYS = 14
Progress = Callable[[int, int], None]
Span = Snapshot.Span
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12, Span.ROLLING: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A period [first_day, until) of whole months."""

    span: Snapshot.Span
    first_day: dt.date
    until: dt.date

    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        first = months_later(self.first_day, -_MONTHS[self.span])
        return Period(self.span, first, self.first_day)


def months_later(month: dt.date, number: int) -> dt.date:
    """The first day of a month so many months after another."""
    count = month.year * 12 + month.month - 1 + number
    return dt.date(count // 12, count % 12 + 1, 1)


def periods_between(first: dt.date, today: dt.date) -> Iterator[Period]:
    """Months, quarters, years and twelve months that ended by a day, since a month; oldest first.

    A month is over when its last day and its last week are: the week of the next Monday belongs to
    no month whose figures are frozen.
    """
    until = months_later(first, 1)
    while until <= today and week_of(today) > last_week_of(months_later(until, -1)):
        yield Period(Span.MONTH, months_later(until, -1), until)
        if until.month in {1, 4, 7, 10}:
            yield Period(Span.QUARTER, months_later(until, -3), until)
        if until.month == 1:
            yield Period(Span.YEAR, months_later(until, -12), until)
        yield Period(Span.ROLLING, months_later(until, -12), until)
        until = months_later(until, 1)


def make_snapshots(
    *,
    now: dt.datetime,
    municipality: Municipality | None = None,
    progress: Progress | None = None,
) -> int:
    """Freeze the figures of every period that is over and has none by the present method.

    Args:
        progress: told how many of how many periods of a town are done.
    """
    towns = [municipality] if municipality else Municipality.objects.order_by("pk")
    return sum(_make_for(town, now, progress) for town in towns)


def _make_for(town: Municipality, now: dt.datetime, progress: Progress | None) -> int:
    blocks = VoteBlock.objects.in_municipality(town).order_by("month")
    first = blocks.values_list("month", flat=True).first()
    if first is None:
        return 0
    made = set(
        Snapshot.objects.in_municipality(town).filter(method=METHOD).values_list("span", "until")
    )
    missing = [
        period
        for period in periods_between(first, civil_day(now, town.timezone))
        if (period.span, period.until) not in made
    ]
    if not missing:
        return 0
    maker, done = _Maker(town, now), 0
    for number, period in enumerate(missing, 1):
        done += maker.make(period)
        if progress:
            progress(number, len(missing))
    return done


class Drawn(NamedTuple):
    """Figures of a period, not yet stored."""

    snapshot: Snapshot
    places: list[SiteFigure]
    groups: list[GroupFigure]


class _Maker:
    """Makes snapshots of one town; what several of them need is read and understood once."""

    def __init__(self, town: Municipality, now: dt.datetime) -> None:
        self.town, self.now = town, now
        self.today = civil_day(now, town.timezone)
        self.votes = TownVotes(town)
        self.is_synthetic = town.datasets.filter(is_synthetic=True).exists()
        self._understood: dict[Period, Understood | None] = {}

    def understood(self, period: Period) -> Understood | None:
        """What the votes of a period say; None without votes."""
        if period not in self._understood:
            rows = self.votes.rows(
                period.first_day, period.until, by_age=period.span == Span.ROLLING
            )
            self._understood[period] = Understood(rows, self.votes.ground) if rows.site else None
        return self._understood[period]

    @transaction.atomic
    def make(self, period: Period) -> bool:
        """Store the figures of a period; False where somebody just did."""
        hold_tallies()
        made = Snapshot.objects.in_municipality(self.town).of_span(period.span)
        if made.filter(until=period.until, method=METHOD).exists():
            return False
        snapshot, places, groups = self.drawn(period)
        snapshot.save(force_insert=True)
        for figure in places:
            figure.snapshot = snapshot
        for group in groups:
            group.snapshot = snapshot
        SiteFigure.objects.bulk_create(places, batch_size=1000)
        GroupFigure.objects.bulk_create(groups, batch_size=1000)
        return True

    def drawn(self, period: Period) -> Drawn:
        """Compute the figures of a period with their digest; nothing is stored."""
        now, before = self.understood(period), self.understood(period.before())
        places = site_figures(now, before, self.votes) if now else []
        groups = group_figures(now, before) if now else [_nothing()]
        rated = self.votes.rated_on(period.until - dt.timedelta(days=1))
        snapshot = Snapshot(
            municipality=self.town,
            span=period.span,
            first_day=period.first_day,
            until=period.until,
            method=METHOD,
            made_at=self.now,
            public_from=self._public_from(period),
            is_synthetic=self.is_synthetic,
            votes=int(now.every.votes.sum()) if now else 0,
            set_aside=now.every.set_aside if now else 0,
            places=len(places),
            places_waiting=len(rated - {figure.site_id for figure in places}),
            parameters=parameters_of(now, self.votes) if now else {},
        )
        snapshot.digest = digest_of(snapshot, places, groups)
        return Drawn(snapshot, places, groups)

    def _public_from(self, period: Period) -> dt.date:
        is_late = (self.today - period.until).days > LATE_DAYS
        begin = period.until if is_late else self.today
        return begin + dt.timedelta(days=REPLY_DAYS)


def _nothing() -> GroupFigure:
    return GroupFigure(kind=GroupFigure.Kind.TOWN, state=Figure.State.COLLECTING)


# --- Proof ---------------------------------------------------------------------------------------

_HEAD = ("span", "method", "is_synthetic", "votes", "set_aside", "places")
_LEFT_OUT = {"id", "snapshot"}


def digest_of(snapshot: Snapshot, places: list[SiteFigure], groups: list[GroupFigure]) -> str:
    """SHA-256 of the figures in canonical JSON: sorted, no spaces, numbers as they are stored."""
    told = {
        **{name: getattr(snapshot, name) for name in _HEAD},
        "first_day": snapshot.first_day.isoformat(),
        "until": snapshot.until.isoformat(),
        "parameters": snapshot.parameters,
        "places_figures": sorted((_plain(row) for row in places), key=_order),
        "group_figures": sorted((_plain(row) for row in groups), key=_order),
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stored_digest(snapshot: Snapshot) -> str:
    """The digest of what the database holds now; it is the snapshot's own, or something changed."""
    return digest_of(
        snapshot,
        list(SiteFigure.objects.of_snapshot(snapshot)),
        list(GroupFigure.objects.of_snapshot(snapshot)),
    )


def recomputed_digest(snapshot: Snapshot) -> str:
    """The digest of the same period computed once more from the votes released for it."""
    maker = _Maker(snapshot.municipality, snapshot.made_at)
    period = Period(Span(snapshot.span), snapshot.first_day, snapshot.until)
    return maker.drawn(period).snapshot.digest


def _plain(figure: SiteFigure | GroupFigure) -> dict[str, Any]:
    return {
        field.name: getattr(figure, field.attname)
        for field in figure._meta.concrete_fields
        if field.name not in _LEFT_OUT
    }


def _order(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)
