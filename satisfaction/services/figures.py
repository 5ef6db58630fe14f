"""Figures of a period, computed from released votes and not yet stored."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from satisfaction.models import Figure, GroupFigure, SiteFigure
from satisfaction.services.ground import TownGround
from satisfaction.services.lots import Rows, TownVotes
from satisfaction.statistics.arrays import Floats, Integers
from satisfaction.statistics.bands import rank_bands
from satisfaction.statistics.change import (
    SAME_WITHIN,
    Estimate,
    difference,
    discoveries,
    mean_estimate,
)
from satisfaction.statistics.clusters import getis_ord
from satisfaction.statistics.scores import Model, Scores, estimate, fit
from satisfaction.statistics.shares import happy, unhappy
from satisfaction.statistics.standardise import group_score, zone_scores
from satisfaction.statistics.surface import best_width

#: An interval that reaches farther to either side, in points, is shown as uncertain.
WIDE = 1.0
#: Digits stored: more than is ever shown, and few enough to be the same on every machine.
DIGITS = 4
#: With fewer places nobody speaks of clusters.
LEAST_FOR_CLUSTERS = 10

State, Change, Kind = Figure.State, Figure.Change, GroupFigure.Kind
#: What a group is: its sort, its category, its zone.
Key = tuple[str, int | None, int | None]


@dataclass(frozen=True)
class Group:
    """Rows of a group with its score; without rows of a known kind it has none."""

    rows: Integers
    places: int
    score: float | None = None
    low: float = 0.0
    high: float = 0.0
    deviation: float = 0.0


class Understood:
    """What votes of a period say: a model of the town, scores of its places and groups."""

    def __init__(self, rows: Rows, ground: TownGround) -> None:
        self.every = rows
        known = np.array([row for row, kind in enumerate(rows.category) if kind], dtype=np.int64)
        self.rows = rows.only(known)
        self.kinds = sorted({kind for kind in self.rows.category if kind})
        number = {kind: index for index, kind in enumerate(self.kinds)}
        self.kind = np.array([number[kind] for kind in self.rows.category if kind], dtype=np.int64)
        self.model: Model | None = None
        if len(self.kind):
            self.model = fit(self.rows.weighted, self.rows.effective, self.kind)
        self._ground = ground
        #: Rows of places shown alone.
        self.alone = np.array(
            [row for row, site in enumerate(self.rows.site) if site is not None], dtype=np.int64
        )
        self.sites = [site for site in self.rows.site if site is not None]
        self.groups = dict(self._groups())

    def scores(self, model: Model) -> Scores:
        """Scores of the places shown alone."""
        rows = self.rows.only(self.alone)
        return estimate(model, rows.weighted, rows.effective, self.kind[self.alone])

    def means(self) -> dict[int, tuple[float, float]]:
        """Plain mean and its standard error of each place, leaned towards nothing."""
        if self.model is None or not len(self.alone):
            return {}
        rows = self.rows.only(self.alone)
        found = mean_estimate(rows.weighted, rows.effective, self.model.sigma2)
        return dict(zip(self.sites, _pairs(found), strict=True))

    # --- Groups ----------------------------------------------------------------------------------

    def _groups(self) -> Iterator[tuple[Key, Group]]:
        everything = np.arange(len(self.kind), dtype=np.int64)
        # Votes of no known kind are votes of the town, but nothing to compare like with like.
        yield (Kind.TOWN, None, None), self._scored(everything, self.every.places)
        for index, kind in enumerate(self.kinds):
            rows = np.flatnonzero(self.kind == index)
            yield (Kind.CATEGORY, kind, None), self._scored(rows)
            pools = np.array([row for row in rows if self.rows.is_pool[row]], dtype=np.int64)
            if len(pools):
                yield (Kind.SMALL, kind, None), self._scored(pools)
        for kind_of_zone in sorted(
            {kind for zones in self._ground.zones.values() for kind in zones}
        ):
            yield from self._zones(kind_of_zone)

    def _scored(self, rows: Integers, places: Sequence[frozenset[int]] | None = None) -> Group:
        chosen = self.rows.only(rows)
        number = len(frozenset().union(*(places if places is not None else chosen.places)))
        if self.model is None or not len(rows):
            return Group(rows, number)
        found = group_score(self.model, chosen.weighted, chosen.effective, self.kind[rows])
        return Group(rows, number, *found)

    def _zones(self, kind: int) -> Iterator[tuple[Key, Group]]:
        """Zones of a kind, each as if it had the town's mix of kinds of place."""
        zone_of = [self._common_zone(places, kind) for places in self.rows.places]
        zones = sorted({zone for zone in zone_of if zone is not None})
        if self.model is None or not zones:
            return
        inside = np.array([row for row, zone in enumerate(zone_of) if zone], dtype=np.int64)
        index = np.array([zones.index(zone) for zone in zone_of if zone], dtype=np.int64)
        chosen = self.rows.only(inside)
        mix = [
            len(
                frozenset().union(
                    *(self.rows.places[row] for row in np.flatnonzero(self.kind == one))
                )
            )
            for one in range(len(self.kinds))
        ]
        found = zone_scores(
            self.model, chosen.weighted, chosen.effective, self.kind[inside], index, mix
        )
        for number, zone in enumerate(zones):
            rows = inside[index == number]
            places = len(frozenset().union(*(self.rows.places[row] for row in rows)))
            values = (float(column[number]) for column in found)
            yield (Kind.ZONE, None, zone), Group(rows, places, *values)

    def _common_zone(self, places: frozenset[int], kind: int) -> int | None:
        """The zone in which all of some places lie."""
        zones = {
            self._ground.zones[site].get(kind) for site in places if site in self._ground.zones
        }
        if len(zones) != 1 or not all(site in self._ground.zones for site in places):
            return None
        return zones.pop()


# --- Places --------------------------------------------------------------------------------------


def site_figures(now: Understood, before: Understood | None, votes: TownVotes) -> list[SiteFigure]:
    """Figures of the places with enough votes."""
    if now.model is None or not len(now.alone):
        return []
    rows, kinds = now.rows.only(now.alone), now.kind[now.alone]
    scores = now.scores(now.model)
    bands = rank_bands(scores.score, scores.deviation, kinds, means=now.model.means)
    clusters = _clusters(now.sites, scores, votes.positions)
    changes = _changes(before.means() if before else {}, now.means())
    votes_of = _votes_of(rows.votes, rows.weighted, rows.effective)
    return [
        SiteFigure(
            site_id=site,
            category_id=now.kinds[kinds[row]],
            **votes_of[row],
            **_score_of(float(scores.score[row]), float(scores.low[row]), float(scores.high[row])),
            **changes.get(site, {}),
            residual=_short(scores.residual[row]),
            deviation=_short(scores.deviation[row]),
            rank_low=int(bands.low[row]),
            rank_high=int(bands.high[row]),
            ranked=int(bands.ranked[row]),
            band=_band(bands.below[row], bands.above[row]),
            **clusters.get(site, {}),
        )
        for row, site in enumerate(now.sites)
    ]


def _band(below: np.bool_, above: np.bool_) -> SiteFigure.Band:
    if below:
        return SiteFigure.Band.BELOW
    return SiteFigure.Band.ABOVE if above else SiteFigure.Band.WITHIN


def _clusters(
    sites: list[int], scores: Scores, positions: Mapping[int, tuple[float, float]]
) -> dict[int, dict[str, Any]]:
    rows = np.array([row for row, site in enumerate(sites) if site in positions], dtype=np.int64)
    if len(rows) < LEAST_FOR_CLUSTERS:
        return {}
    x, y = np.array([positions[sites[row]] for row in rows]).T
    found = getis_ord(x, y, scores.residual[rows])
    Cluster = SiteFigure.Cluster  # noqa: N806 - a class
    return {
        sites[row]: {
            "cluster": Cluster.HOT if hot else Cluster.COLD if cold else Cluster.NONE,
            "cluster_q": _short(q),
        }
        for row, q, hot, cold in zip(rows, found.q, found.hot, found.cold, strict=True)
    }


# --- Groups --------------------------------------------------------------------------------------


def group_figures(now: Understood, before: Understood | None) -> list[GroupFigure]:
    """Figures of the town, its kinds of place, its zones and its small places."""
    changes = _changes(_group_means(before) if before else {}, _group_means(now))
    return [
        GroupFigure(
            kind=key[0],
            category_id=key[1],
            zone_id=key[2],
            places=group.places,
            **_figure_of(now, key, group),
            **changes.get(key, {}),
        )
        for key, group in now.groups.items()
    ]


def _figure_of(now: Understood, key: Key, group: Group) -> dict[str, Any]:
    rows = now.every if key[0] == Kind.TOWN else now.rows.only(group.rows)
    votes = rows.votes.sum(axis=0)
    if group.score is None:
        return {"votes": int(votes.sum()), "histogram": votes.tolist(), "state": State.COLLECTING}
    return {
        **_votes_of(votes[None], rows.weighted.sum(axis=0)[None], np.array([rows.effective.sum()]))[
            0
        ],
        **_score_of(group.score, group.low, group.high),
    }


def _group_means(town: Understood) -> dict[Key, tuple[float, float]]:
    return {
        key: (group.score, group.deviation)
        for key, group in town.groups.items()
        if group.score is not None
    }


# --- What all figures have -----------------------------------------------------------------------


def _votes_of(votes: Integers, weighted: Floats, effective: Floats) -> list[dict[str, Any]]:
    """Votes and shares of each row."""
    shares = [
        (f"{name}{end}", np.round(column, DIGITS).tolist())
        for name, share in (
            ("happy", happy(weighted, effective)),
            ("unhappy", unhappy(weighted, effective)),
        )
        for end, column in (("", share.share), ("_low", share.low), ("_high", share.high))
    ]
    return [
        {
            "votes": sum(histogram),
            "effective": _short(effective[row]),
            "histogram": histogram,
            **{name: column[row] for name, column in shares},
        }
        for row, histogram in enumerate(votes.tolist())
    ]


def _score_of(score: float, low: float, high: float) -> dict[str, Any]:
    state = State.WIDE if (high - low) / 2 > WIDE else State.SHOWN
    return {"score": _short(score), "low": _short(low), "high": _short(high), "state": state}


def _changes(
    before: Mapping[Any, tuple[float, float]], now: Mapping[Any, tuple[float, float]]
) -> dict[Any, dict[str, Any]]:
    """Changes of what has a score in both periods, judged together for false discoveries."""
    both = [key for key in now if key in before]
    if not both:
        return {}
    found = difference(
        Estimate(*zip(*(before[key] for key in both), strict=True)),
        Estimate(*zip(*(now[key] for key in both), strict=True)),
    )
    judged = discoveries(found.p)
    return {
        key: {
            "change": _short(found.change[row]),
            "change_low": _short(found.low[row]),
            "change_high": _short(found.high[row]),
            "change_q": _short(judged.q[row]),
            "change_state": _change(
                float(found.low[row]), float(found.high[row]), is_found=bool(judged.flags[row])
            ),
        }
        for row, key in enumerate(both)
    }


def _change(low: float, high: float, *, is_found: bool) -> Figure.Change:
    """What may be said of a change between two bounds."""
    if low <= 0 <= high:
        # Wide bounds hold nought as well; they say nothing, not even that little changed.
        return Change.SAME if low >= -SAME_WITHIN and high <= SAME_WITHIN else Change.UNKNOWN
    if not is_found:
        # Sure by itself, and not sure enough among so many comparisons.
        return Change.UNKNOWN
    return Change.UP if low > 0 else Change.DOWN


def parameters_of(now: Understood, votes: TownVotes) -> dict[str, Any]:
    """What somebody needs to compute the figures again from the published votes."""
    if now.model is None:
        return {}
    found: dict[str, Any] = {
        "sigma2": _short(now.model.sigma2),
        "tau2": _short(now.model.tau2),
        "means": {
            votes.codes[kind]: _short(mean)
            for kind, mean in zip(now.kinds, now.model.means, strict=True)
        },
        "places": dict(
            sorted(Counter(votes.codes[now.kinds[kind]] for kind in now.kind[now.alone]).items())
        ),
    }
    if now.model.tau2 > 0:
        found["added_votes"] = _short(now.model.added_votes)
    placed = [row for row, site in enumerate(now.sites) if site in votes.positions]
    if len(placed) >= LEAST_FOR_CLUSTERS:
        scores = now.scores(now.model)
        x, y = np.array([votes.positions[now.sites[row]] for row in placed]).T
        spread = scores.deviation[placed]
        width = best_width(x, y, scores.residual[placed], spread, tau2=now.model.tau2)
        found["surface_width"] = width
    return found


def _pairs(found: Estimate) -> list[tuple[float, float]]:
    return list(
        zip(np.asarray(found.score).tolist(), np.asarray(found.deviation).tolist(), strict=True)
    )


def _short(value: Any) -> float:
    return round(float(value), DIGITS)
