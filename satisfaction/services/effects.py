"""What changed at a place, and what came of it: works and answers, with the votes around them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry

from departments.models import Works
from departments.querysets import WorksQuerySet
from satisfaction.models import Alert
from sign_registry.models import Site

#: Works that lie no farther from a place are works at the place.
NEAR_M = 30.0
#: So far back and forward the votes around works are looked at.
WINDOW = dt.timedelta(days=365)


def works_near(site: Site) -> WorksQuerySet:
    """Works at a place, by where they are; none for what stands nowhere, such as a bus."""
    every = Works.objects.in_municipality(site.municipality)
    ground = ground_of(site)
    return every.near(ground, NEAR_M) if ground else every.none()


def ground_of(site: Site) -> GEOSGeometry | None:
    """Where a place is; a counter is where its centre is."""
    return site.geometry or (site.parent.geometry if site.parent else None)


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
    raise NotImplementedError


def changes_at(site: Site, *, today: dt.date, known_until: dt.date | None) -> Iterator[Change]:
    """What was done at a place in the last years, newest first."""
    yield from ()
