"""Released votes of a town as arrays: one row for each place shown alone, one for each pool."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from geo.crs import project
from satisfaction.models import VoteBlock, VoteShare
from satisfaction.services.ground import TownGround
from satisfaction.statistics.arrays import Floats, Integers
from satisfaction.statistics.weights import effective_votes, recency
from sign_registry.models import Sign, Site, SiteCategory
from sign_registry.models.ratings import no_votes
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Lot:
    """One block: the place it is shown under, or of a pool the places that share it."""

    site: int | None
    is_pool: bool
    category: int | None
    first_day: dt.date
    until: dt.date
    month: dt.date
    counted: tuple[int, ...]
    set_aside: int
    places: frozenset[int]


@dataclass(frozen=True)
class Rows:
    """Votes of a period: of n places and pools, those with a kind first in no special order."""

    site: tuple[int | None, ...]
    is_pool: tuple[bool, ...]
    category: tuple[int | None, ...]
    places: tuple[frozenset[int], ...]
    votes: Integers  # (n, 10) whole votes
    weighted: Floats  # (n, 10) votes by weight
    effective: Floats  # (n,) how many fresh votes they are worth
    set_aside: int

    def only(self, wanted: Integers) -> "Rows":
        """Some of the rows."""

        def chosen(values: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(values[row] for row in wanted)

        return Rows(
            chosen(self.site),
            chosen(self.is_pool),
            chosen(self.category),
            chosen(self.places),
            self.votes[wanted],
            self.weighted[wanted],
            self.effective[wanted],
            self.set_aside,
        )


class TownVotes:
    """Everything that figures of a town are computed from, read once."""

    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality
        self.ground = TownGround(municipality)
        self.lots = self._read_lots()

    def _read_lots(self) -> list[Lot]:
        places: dict[int, set[int]] = defaultdict(set)
        shares = VoteShare.objects.in_municipality(self.municipality)
        pooled = shares.filter(block__site__isnull=True)
        for block, site, line in pooled.values_list("block", "site", "line"):
            places[block].add(self.ground.unit_of(site, line) or site)
        blocks = VoteBlock.objects.in_municipality(self.municipality).order_by("until", "pk")
        return [
            Lot(
                # Of a place that may no longer stand alone, the one it is shown under now.
                site=(unit := self.ground.unit_of(site)) if site else None,
                is_pool=site is None,
                category=category,
                first_day=first_day,
                until=until,
                month=month,
                counted=tuple(counted),
                set_aside=set_aside,
                places=frozenset(places[pk] if site is None else {unit or site}),
            )
            for pk, site, category, first_day, until, month, counted, set_aside in (
                blocks.values_list(
                    "pk", "site", "category", "first_day", "until", "month", "counted", "set_aside"
                )
            )
        ]

    def rows(self, first: dt.date, until: dt.date, *, by_age: bool = False) -> Rows:
        """Votes that count for the months of [first, until); by age, old ones weigh less."""
        lots = [lot for lot in self.lots if first <= lot.month < until]
        gathered: dict[tuple[str, int], list[Lot]] = defaultdict(list)
        for number, lot in enumerate(lots):
            gathered[("pool", number) if lot.site is None else ("site", lot.site)].append(lot)
        groups = list(gathered.values())
        counts = [np.array([lot.counted for lot in group], dtype=np.int64) for group in groups]
        weights = [_weights(group, until, by_age=by_age) for group in groups]
        return Rows(
            site=tuple(group[-1].site for group in groups),
            is_pool=tuple(group[-1].is_pool for group in groups),
            category=tuple(group[-1].category for group in groups),
            places=tuple(frozenset().union(*(lot.places for lot in group)) for group in groups),
            votes=_stacked([count.sum(axis=0) for count in counts], np.int64),
            weighted=_stacked(
                [weight @ count for weight, count in zip(weights, counts, strict=True)], np.float64
            ),
            effective=np.array(
                [
                    effective_votes(weight, count.sum(axis=1))
                    for weight, count in zip(weights, counts, strict=True)
                ],
                dtype=np.float64,
            ),
            set_aside=sum(lot.set_aside for lot in lots),
        )

    @cached_property
    def positions(self) -> dict[int, tuple[float, float]]:
        """Metres east and north of each place with a shape; of a line or an area, its middle."""
        sites = Site.objects.in_municipality(self.municipality).filter(geometry__isnull=False)
        found = list(sites.order_by("pk").values_list("pk", AsWKB("geometry")))
        shapes = shapely.from_wkb([bytes(wkb) for _, wkb in found])
        middles = shapely.centroid(project(np.asarray(shapes), self.municipality.metric_srid))
        return {
            pk: (float(x), float(y))
            for (pk, _), x, y in zip(
                found, shapely.get_x(middles), shapely.get_y(middles), strict=True
            )
        }

    @cached_property
    def codes(self) -> dict[int, str]:
        """Codes of the kinds of place."""
        kinds = SiteCategory.objects.in_municipality(self.municipality)
        return dict(kinds.order_by("pk").values_list("pk", "code"))

    @cached_property
    def _rated(self) -> list[tuple[int, dt.date | None, dt.date | None]]:
        """Places with a sign for ratings, under the place they are shown with, and when open."""
        signs = Sign.objects.in_municipality(self.municipality)
        rated = signs.filter(purpose=Sign.Purpose.RATING, site__isnull=False)
        found = rated.values_list("site", "site__opened_on", "site__closed_on").distinct()
        return [
            (unit, opened, closed)
            for site, opened, closed in found
            if (unit := self.ground.unit_of(site)) is not None
        ]

    def rated_on(self, day: dt.date) -> set[int]:
        """Places that could be rated on a day and may be shown alone."""
        return {
            unit
            for unit, opened, closed in self._rated
            if (opened is None or opened <= day) and (closed is None or closed > day)
        }


def _weights(lots: list[Lot], until: dt.date, *, by_age: bool) -> Floats:
    if not by_age:
        return np.ones(len(lots))
    middles = [lot.first_day + (lot.until - lot.first_day) / 2 for lot in lots]
    return recency([max((until - middle).days, 0) for middle in middles])


def _stacked(rows: list[Any], kind: Any) -> Any:
    return np.stack(rows).astype(kind) if rows else np.array([no_votes()], dtype=kind)[:0]
