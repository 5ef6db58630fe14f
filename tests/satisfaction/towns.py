"""A town with places, zones and seeded votes, written as sums: what tests of figures start from."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from satisfaction.statistics.arrays import Integers
from sign_registry.models import RatingTally, Site, SiteCategory, SitePeriod, SiteZone
from tests.factories.sites import SiteCategoryFactory
from tests.factories.zones import (
    DatasetFactory,
    MunicipalityFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Municipality, Zone, ZoneKind

#: A Monday; its week counts for January 2026.
FIRST_WEEK = dt.date(2025, 12, 29)
OPENED_ON = dt.date(2025, 1, 1)


@dataclass(frozen=True)
class SeededTown:
    """A town and the votes it was given: (weeks, places, 10), by the order of `sites`."""

    row: Municipality
    sites: list[Site]
    categories: list[SiteCategory]
    zones: list[Zone]
    votes: Integers


def seeded_town(
    *, places: int = 24, weeks: int = 30, mean: float = 2.0, kinds: int = 3, seed: int = 7
) -> SeededTown:
    """Places of some kinds in four neighbourhoods; how many vote differs widely between them."""
    chance = np.random.default_rng(seed)
    town = MunicipalityFactory.create()
    dataset = DatasetFactory.create(municipality=town)
    categories = [
        SiteCategoryFactory.create(municipality=town, code=f"kind-{number}", compare_group="all")
        for number in range(kinds)
    ]
    zones = [
        zone_with_shape(town, code=f"q{number}", geometry=square(number, 0, 1, 4))
        for number in range(4)
    ]
    ZoneKind.objects.filter(municipality=town).update(is_partition=True)
    where = chance.uniform(0.05, 3.95, (places, 2))
    sites = Site.objects.bulk_create(
        Site(
            municipality=town,
            kind=Site.Kind.POINT,
            code=f"p{number}",
            names={"en": f"Place {number}", "ro": f"Loc {number}"},
            geometry=spot(*where[number]),
            dataset=dataset,
        )
        for number in range(places)
    )
    SitePeriod.objects.bulk_create(
        SitePeriod(site=site, category=categories[number % kinds], valid_from=OPENED_ON)
        for number, site in enumerate(sites)
    )
    SiteZone.objects.bulk_create(
        SiteZone(site=site, kind=zones[0].kind, zone=zones[int(where[number][0])])
        for number, site in enumerate(sites)
    )
    votes = _votes(chance, weeks, places, mean)
    give(sites, votes)
    return SeededTown(town, sites, categories, zones, votes)


def give(sites: list[Site], votes: Integers, first: dt.date = FIRST_WEEK) -> None:
    """Write votes (weeks, places, 10) as sums of the Tuesdays of successive weeks."""
    RatingTally.objects.bulk_create(
        RatingTally(
            site=sites[place],
            day=first + dt.timedelta(days=7 * int(week) + 1),
            day_part=2,
            counted=votes[week, place].tolist(),
        )
        for week, place in np.argwhere(votes.sum(axis=2) > 0)
    )


def _votes(chance: np.random.Generator, weeks: int, places: int, mean: float) -> Integers:
    """Numbers with a heavy tail; scores about a level of each place."""
    busy = chance.gamma(0.7, mean / 0.7, places)
    level = chance.normal(6.5, 1.0, places)
    scores = np.arange(1, 11)
    likely = np.exp(-0.5 * ((scores - level[:, None]) / 2.0) ** 2)
    return chance.poisson(busy[:, None] * likely / likely.sum(axis=1)[:, None], (weeks, places, 10))
