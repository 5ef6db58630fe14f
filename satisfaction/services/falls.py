"""Looks for lasting falls in the released votes of all places of a town; changes nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from satisfaction.models import Alert, VoteBlock
from satisfaction.statistics.arrays import Floats
from satisfaction.statistics.change import (
    FALL_RATE,
    Estimate,
    cusum,
    difference,
    discoveries,
    mean_estimate,
    own_sigma2,
)
from satisfaction.statistics.scores import Model, fit
from sign_registry.models import Site
from zones.models import Municipality

#: Older votes say nothing about a fall of now.
LOOKED_BACK = dt.timedelta(days=400)
#: Lots of votes a fall needs: one before it and one after.
FEWEST_LOTS = 2


@dataclass(frozen=True, slots=True)
class Fall:
    """A place whose votes fell: since when, from where to where, and how sure that is."""

    site: Site
    block: VoteBlock
    since: dt.date
    score_before: float
    score_after: float
    change: float
    low: float
    high: float
    q: float


class _Found(NamedTuple):
    """The likeliest fall in the votes of one place, and how often chance makes one."""

    before: Sequence[VoteBlock]
    after: Sequence[VoteBlock]
    sigma2: float
    p: float


def falls_in(town: Municipality, today: dt.date) -> list[Fall]:
    """Falls that stand out among all places of the town at the chosen rate of false ones."""
    rows = _rows_of_votes(town, today)
    if not rows:
        return []
    model, kinds = _model(rows)
    told = _last_alerts(town)
    found = {
        site: one
        for site, blocks in rows.items()
        if (one := _look_at(blocks, told.get(site.pk), model, kinds[site]))
    }
    judged = discoveries([one.p for one in found.values()], FALL_RATE)
    falls = [
        _fall(one, site, float(q))
        for (site, one), q, flag in zip(found.items(), judged.q, judged.flags, strict=True)
        if flag
    ]
    # The rule may point at a place that is low; what is told is that it became lower.
    return [fall for fall in falls if fall.high < 0]


def _rows_of_votes(town: Municipality, today: dt.date) -> dict[Site, list[VoteBlock]]:
    """Released votes of each open place that stands alone, in the order of time."""
    open_sites = Site.objects.in_municipality(town).public().open_on(today)
    blocks = (
        VoteBlock.objects.in_municipality(town)
        .filter(site__in=open_sites, until__gt=today - LOOKED_BACK)
        .select_related("site__municipality")
        .oldest_first()
    )
    rows: dict[Site, list[VoteBlock]] = {}
    for block in blocks:
        if block.site:
            rows.setdefault(block.site, []).append(block)
    return rows


def _model(rows: Mapping[Site, Sequence[VoteBlock]]) -> tuple[Model, dict[Site, int]]:
    """How votes and places of the town scatter, and the number of each place's kind in it."""
    kind_of = {site: blocks[-1].category_id or 0 for site, blocks in rows.items()}
    numbers = {kind: number for number, kind in enumerate(sorted(set(kind_of.values())))}
    groups = {site: numbers[kind] for site, kind in kind_of.items()}
    sums = [_sum(blocks) for blocks in rows.values()]
    votes = [float(histogram.sum()) for histogram in sums]
    return fit(np.array(sums), votes, np.array(list(groups.values()))), groups


def _last_alerts(town: Municipality) -> dict[int, Alert]:
    """The newest alert of each place."""
    rows = Alert.objects.in_municipality(town).select_related("block").order_by("found_on", "pk")
    return {alert.site_id: alert for alert in rows}


def _look_at(
    blocks: Sequence[VoteBlock], told: Alert | None, model: Model, kind: int
) -> _Found | None:
    """The likeliest fall of one place; None where there is nothing to compare or it is told."""
    if told and told.state == Alert.State.OPEN:
        return None
    sigma2 = own_sigma2(_sum(blocks), model.sigma2)
    known, lots = _since_told(blocks, told)
    if not lots or len(known) + len(lots) < FEWEST_LOTS:
        return None
    level = _level(known, sigma2) if known else _of_its_kind(model, kind)
    counted = np.array([block.counted for block in lots], dtype=float)
    votes = counted.sum(axis=1)
    result = cusum(
        mean_estimate(counted, votes, sigma2).score,
        votes,
        float(np.asarray(level.score)),
        sigma2,
        deviation=float(np.asarray(level.deviation)),
    )
    before = [*known, *lots[: result.since or 0]]
    # A fall before the first votes of all is a place that is low among its kind, not one that fell.
    if result.since is None or not before:
        return _Found(lots, lots, sigma2, 1.0)
    return _Found(before, lots[result.since :], sigma2, result.p)


def _since_told(
    blocks: Sequence[VoteBlock], told: Alert | None
) -> tuple[list[VoteBlock], list[VoteBlock]]:
    """Votes at the level of the last alert, which the next fall would begin at, and those since."""
    if told is None:
        return [], list(blocks)
    end = told.block.until
    known = [one for one in blocks if told.since <= one.first_day and one.until <= end]
    return known, [one for one in blocks if one.until > end]


def _of_its_kind(model: Model, kind: int) -> Estimate:
    """What is known of a place before its first vote."""
    variance = model.tau2 + float(model.variances[kind])
    return Estimate(float(model.means[kind]), sqrt(variance))


def _fall(found: _Found, site: Site, q: float) -> Fall:
    levels = _level(found.before, found.sigma2), _level(found.after, found.sigma2)
    change = difference(*levels)
    return Fall(
        site=site,
        block=found.after[-1],
        since=found.after[0].first_day,
        score_before=float(np.asarray(levels[0].score)),
        score_after=float(np.asarray(levels[1].score)),
        change=float(change.change),
        low=float(change.low),
        high=float(change.high),
        q=q,
    )


def _level(blocks: Sequence[VoteBlock], sigma2: float) -> Estimate:
    total = _sum(blocks)
    return mean_estimate(total, float(total.sum()), sigma2)


def _sum(blocks: Sequence[VoteBlock]) -> Floats:
    total: Floats = np.array([block.counted for block in blocks], dtype=np.float64).sum(axis=0)
    return total
