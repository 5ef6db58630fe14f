"""Gives a demonstration town a year of invented votes, by the town's own counting of votes.

The town's file says what is planted where; `portal/demo_votes.py` makes the votes. They are stored
as if they had come in day by day: parts of days, which the counting then folds into weeks.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from geo.crs import project
from portal.demo_votes import SCORES, Ground, Plan, Shift, Votes, levels, make_votes
from sign_registry import fold
from sign_registry.models import (
    RatingTally,
    ReasonTag,
    ReasonTally,
    SetAsideCase,
    Sign,
    SignPulse,
    Site,
    VehicleAssignment,
)
from sign_registry.pulses import Hour
from sign_registry.services.set_aside import judge_hour, restore_votes
from sign_registry.workflow import ANSWERING
from zones.days import civil_day
from zones.models import Municipality

Say = Callable[[str], None]
Counts = NDArray[np.int64]

_HOURS_A_PART = 6
_PARTS = 4
_REASON_SHARE = 0.35
_SCANS_A_VOTE = 2.5
_PULSE_WEEKS = 26
_BATCH = 2000
_NONE = np.empty(0)


@dataclass(frozen=True)
class Story:
    """What is planted, and where: the file of the town, with days counted back from the last."""

    facts: Mapping[str, Any]
    last_day: dt.date

    @classmethod
    def read(cls, path: Path, today: dt.date) -> "Story":
        """Read the file; votes end on the last Sunday before `today`."""
        facts = json.loads(path.read_text(encoding="utf-8"))
        return cls(facts, _last_sunday(today))

    @classmethod
    def ending(cls, today: dt.date, *, weeks: int, seed: int) -> "Story":
        """So many weeks in which nothing is planted."""
        return cls({"weeks": weeks, "seed": seed}, _last_sunday(today))

    @property
    def days(self) -> int:
        """How many days have votes; whole weeks."""
        return int(self.facts["weeks"]) * 7

    @property
    def first_day(self) -> dt.date:
        """The Monday on which it begins."""
        return self.last_day - dt.timedelta(days=self.days - 1)

    def back(self, days: int) -> dt.date:
        """So many days before the last one."""
        return self.last_day - dt.timedelta(days=days)

    def index(self, days: int | None) -> int:
        """The same as a number counted from the first day; None is after all."""
        return self.days + 1 if days is None else self.days - 1 - days


def _last_sunday(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=today.weekday() + 1)


@dataclass(frozen=True)
class Rated:
    """The places that have a sign, in the order of their codes, and what the votes need of them."""

    sites: Sequence[Site]
    ground: Ground
    lines: Mapping[int, int]  # vehicle: line

    @classmethod
    def of(cls, municipality: Municipality) -> "Rated":
        """All places whose sign hangs, or hung until a short while ago."""
        signed = Q(signs__purpose="rating", signs__installed_on__isnull=False)
        return cls.among(Site.objects.in_municipality(municipality).filter(signed).distinct())

    @classmethod
    def among(cls, found: QuerySet[Site]) -> "Rated":
        """Just these places of one town."""
        sites = list(found.select_related("municipality", "dataset", "parent").order_by("code"))
        kinds = dict(
            found.filter(periods__valid_until=None).values_list("pk", "periods__category__code")
        )
        x, y = _metres(sites, sites[0].municipality.metric_srid) if sites else (_NONE, _NONE)
        lines = dict(
            VehicleAssignment.objects.filter(vehicle__in=found).values_list("vehicle", "line")
        )
        return cls(sites, Ground(x, y, [kinds.get(site.pk, "other") for site in sites]), lines)

    def place(self, code: str) -> int:
        """The number of a place; a code that has no sign is an error of the file."""
        return [site.code for site in self.sites].index(code)


def load_demo_ratings(
    *, path: Path, municipality: Municipality, now: dt.datetime, say: Say
) -> Story | None:
    """Write the votes of a town that has none yet, with reasons, scans and votes set aside.

    Returns:
        What was planted; None where the town has votes, and nothing was done.
    """
    if RatingTally.objects.in_municipality(municipality).exists():
        return None
    today = civil_day(now, municipality.timezone)
    story = Story.read(path, today)
    rated = Rated.of(municipality)
    votes = _without_silent(make_votes(rated.ground, plan_of(story, rated)), story, rated)
    fold.hold_tallies()
    _store_votes(votes, story, rated, today)
    _store_reasons(votes, story, rated)
    _store_scans(votes, story, rated)
    for part in story.facts["over_limit"]:
        _over_limit(part, story, rated, today)
    cases = [_burst(part, story, rated, now) for part in story.facts["bursts"]]
    say(
        f"{municipality.slug}: {len(votes.place)} invented votes at {len(rated.sites)} places, "
        f"{sum(cases)} times set aside"
    )
    return story


def plant_votes(*, story: Story, rated: Rated, plan: Plan, today: dt.date) -> int:
    """Write the votes of a plan with their reasons; how many there are."""
    fold.hold_tallies()
    votes = make_votes(rated.ground, plan)
    _store_votes(votes, story, rated, today)
    _store_reasons(votes, story, rated)
    return len(votes.place)


def plan_of(story: Story, rated: Rated) -> Plan:
    """The plan of the votes."""
    facts, ground = story.facts, rated.ground
    cluster = facts["cluster"]
    around = [
        place
        for place in ground.nearest(rated.place(cluster["around"]), len(rated.sites))
        if rated.sites[place].dataset.is_synthetic
    ][: cluster["places"]]
    busy = {place: float(cluster["monthly"]) for place in around}
    busy |= {rated.place(code): float(votes) for code, votes in facts["busy"].items()}
    plan = Plan(facts["seed"], story.last_day, story.days, busy=busy)
    usual = levels(ground, plan)
    shifts = [Shift(tuple(around), cluster["by"])]
    for code, level in facts["liked"].items():
        place = rated.place(code)
        shifts.append(Shift((place,), level - float(usual[place])))
    for part in facts["changes"]:
        first, until = story.index(part["from"]), story.index(part.get("until"))
        shifts.append(Shift((rated.place(part["site"]),), part["by"], first, until))
    return Plan(facts["seed"], story.last_day, story.days, shifts=tuple(shifts), busy=busy)


def _metres(
    sites: Sequence[Site], metric_srid: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """East and north of each place; of a counter its centre's, of a vehicle nan."""
    x, y = np.full(len(sites), np.nan), np.full(len(sites), np.nan)
    shapes = [site.geometry or (site.parent.geometry if site.parent else None) for site in sites]
    known = [place for place, shape in enumerate(shapes) if shape is not None]
    wkb = [bytes(shape.wkb) for shape in shapes if shape is not None]
    centres = np.asarray(shapely.centroid(shapely.from_wkb(wkb)), dtype=object)
    moved = project(centres, metric_srid)
    x[known] = [point.x for point in moved]
    y[known] = [point.y for point in moved]
    return x, y


def _without_silent(votes: Votes, story: Story, rated: Rated) -> Votes:
    """A sign that is gone takes no votes."""
    silent = [rated.place(code) for code in story.facts["silent"]["sites"]]
    since = story.days - 7 * story.facts["silent"]["weeks"]
    kept = ~(np.isin(votes.place, silent) & (votes.day >= since))
    return Votes(*(column[kept] for column in votes))


def _store_votes(votes: Votes, story: Story, rated: Rated, today: dt.date) -> None:
    """The sums of each place as the counting would have left them by `today`."""
    periods = _periods(story, today)
    part = np.where([period.is_part for period in periods], 1, 0)[votes.day] * votes.part
    first = np.array([period.first for period in periods])[votes.day]
    cell = (votes.place.astype(np.int64) * story.days + first) * _PARTS + part
    cells, row = np.unique(cell, return_inverse=True)
    counted = np.zeros((len(cells), SCORES), dtype=np.int64)
    np.add.at(counted, (row, votes.score - 1), 1)
    rows = []
    for number, counts in zip(cells.tolist(), counted.tolist(), strict=True):
        rest, day_part = divmod(number, _PARTS)
        place, index = divmod(rest, story.days)
        site, period = rated.sites[place], periods[index]
        rows.append(
            RatingTally(
                site=site,
                line_id=rated.lines.get(site.pk),
                grain=period.grain,
                day=period.day,
                day_part=day_part if period.is_part else None,
                counted=counts,
            )
        )
    RatingTally.objects.bulk_create(rows, batch_size=_BATCH)


class _Period(NamedTuple):
    """The period in which the votes of a day are summed, and its first day that has votes."""

    first: int
    grain: str
    day: dt.date

    @property
    def is_part(self) -> bool:
        """Whether it is still a part of a day."""
        return self.grain == RatingTally.Grain.DAY_PART


def _periods(story: Story, today: dt.date) -> list[_Period]:
    """For each day its period: after 35 days weeks, after 400 days months, as the fold does."""
    found: list[_Period] = []
    months: dict[dt.date, int] = {}
    for index in range(story.days):
        day = story.first_day + dt.timedelta(days=index)
        monday = day - dt.timedelta(days=day.weekday())
        age = (today - monday).days - 7
        if age < fold.DAY_PARTS_DAYS:
            found.append(_Period(index, RatingTally.Grain.DAY_PART, day))
        elif age < fold.WEEKS_DAYS:
            found.append(_Period(index - day.weekday(), RatingTally.Grain.WEEK, monday))
        else:
            month = (monday + dt.timedelta(days=3)).replace(day=1)
            first = months.setdefault(month, index)
            found.append(_Period(first, RatingTally.Grain.MONTH, month))
    return found


def _store_reasons(votes: Votes, story: Story, rated: Rated) -> None:
    """Some who vote give a reason that fits their score."""
    random = np.random.default_rng([story.facts["seed"], 11])
    tags: dict[tuple[str, str], list[int]] = {}
    town = rated.sites[0].municipality
    for tag, category, band in (
        ReasonTag.objects.in_municipality(town)
        .in_use()
        .order_by("category__code", "band", "code")
        .values_list("pk", "category__code", "band")
    ):
        tags.setdefault((category, band), []).append(tag)
    months = _month_of_day(story)
    given: dict[tuple[int, int, dt.date], int] = {}
    chosen = np.flatnonzero(random.random(len(votes.place)) < _REASON_SHARE)
    # Some reasons are given more often than others.
    liked = random.random(len(chosen)) ** 2
    for index, lean in zip(chosen.tolist(), liked.tolist(), strict=True):
        place, score = int(votes.place[index]), int(votes.score[index])
        band = "low" if score <= 4 else "middle" if score <= 7 else "high"
        offered = tags.get((rated.ground.kinds[place], band))
        if offered:
            reason, month = offered[int(lean * len(offered))], months[votes.day[index]]
            key = rated.sites[place].pk, reason, month
            given[key] = given.get(key, 0) + 1
    ReasonTally.objects.bulk_create(
        [
            ReasonTally(site_id=site, reason_id=reason, month=month, given=count)
            for (site, reason, month), count in given.items()
        ],
        batch_size=_BATCH,
    )


def _month_of_day(story: Story) -> list[dt.date]:
    days = (story.first_day + dt.timedelta(days=day) for day in range(story.days))
    return [day.replace(day=1) for day in days]


def _store_scans(votes: Votes, story: Story, rated: Rated) -> None:
    """More people look than vote; a sign that is gone is not looked at."""
    random = np.random.default_rng([story.facts["seed"], 12])
    weeks = story.days // 7
    cell = votes.place.astype(np.int64) * weeks + votes.day // 7
    voted = np.bincount(cell, minlength=len(rated.sites) * weeks).reshape(-1, weeks)
    looked = random.poisson(_SCANS_A_VOTE * voted.mean(axis=1)[:, None], voted.shape)
    silent = [rated.place(code) for code in story.facts["silent"]["sites"]]
    looked[silent, weeks - story.facts["silent"]["weeks"] :] = 0
    scans = np.maximum(voted, looked)
    signs = dict(
        Sign.objects.in_municipality(rated.sites[0].municipality)
        .in_state(*ANSWERING)
        .values_list("site", "pk")
    )
    recent = range(max(0, weeks - _PULSE_WEEKS), weeks)
    SignPulse.objects.bulk_create(
        [
            SignPulse(
                sign_id=signs[site.pk],
                week=story.first_day + dt.timedelta(weeks=week),
                scans=int(scans[place, week]),
            )
            for place, site in enumerate(rated.sites)
            for week in recent
            if site.pk in signs and scans[place, week]
        ],
        batch_size=_BATCH,
    )


def _over_limit(part: Mapping[str, Any], story: Story, rated: Rated, today: dt.date) -> None:
    """More votes than one connection may give: they came in as set aside."""
    period = _periods(story, today)[story.index(part["days_ago"])]
    tally, _ = RatingTally.objects.get_or_create(
        site=rated.sites[rated.place(part["site"])],
        line=None,
        grain=period.grain,
        day=period.day,
        day_part=part["day_part"] if period.is_part else None,
    )
    tally.set_aside[part["score"] - 1] += part["votes"]
    tally.save(update_fields=["set_aside"])


def _burst(part: Mapping[str, Any], story: Story, rated: Rated, now: dt.datetime) -> int:
    """Somebody presses one number again and again; the town's own rule finds it."""
    site = rated.sites[rated.place(part["site"])]
    day, score = story.back(part["days_ago"]), part["score"]
    tally, _ = RatingTally.objects.get_or_create(
        site=site, line=None, day=day, day_part=part["hour"] // _HOURS_A_PART, grain="part"
    )
    pressed = [part["votes"] if place == score - 1 else 0 for place in range(SCORES)]
    tally.counted = [old + new for old, new in zip(tally.counted, pressed, strict=True)]
    tally.save(update_fields=["counted"])
    hour = dt.datetime.combine(day, dt.time(part["hour"]))
    cases = judge_hour(site=site, hour=hour, counts=Hour(pressed, [0] * SCORES))
    if "restored" in part:
        actor = Membership.objects.in_municipality(site.municipality).filter(
            role__in=ROLES_WITH[Right.SEE_RATINGS]
        )
        for case in SetAsideCase.objects.filter(site=site):
            member = actor.order_by("role", "pk")[:1].get()
            restore_votes(case=case, actor=member, now=now, reason=part["restored"])
    return cases
