"""Which figures a page, a picture or a file is about: read from its address, the same for all."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404

from satisfaction.facts import Fact, Kind, Period
from satisfaction.models import GroupFigure, SiteFigure, Snapshot
from satisfaction.querysets import GroupFigureQuerySet, SiteFigureQuerySet, SnapshotQuerySet
from sign_registry.models import Site, SiteCategory, SitePeriod
from sign_registry.querysets import SiteQuerySet
from zones.models import Municipality, Zone
from zones.names import in_language

#: The length of period shown to those who chose none, where there is one complete.
FIRST_CHOICE = Snapshot.Span.QUARTER


@dataclass(frozen=True)
class Selection:
    """One snapshot of a town, perhaps narrowed to a category, a zone, or both."""

    municipality: Municipality
    snapshot: Snapshot
    category: SiteCategory | None = None
    zone: Zone | None = None

    @property
    def period(self) -> Period:
        """The period of the snapshot."""
        return Period(self.snapshot.span, self.snapshot.first_day, self.snapshot.until)

    def site_figures(self) -> SiteFigureQuerySet:
        """Figures of the places of the choice."""
        found = SiteFigure.objects.of_snapshot(self.snapshot)
        if self.category:
            found = found.filter(category=self.category)
        if self.zone:
            found = found.in_zone(self.zone.pk)
        return found.select_related("site", "category", "snapshot")

    def waiting_sites(self) -> SiteQuerySet:
        """Places of the choice that can be rated and had too few votes for a figure.

        The votes of a vehicle count for its line, those of a counter for its centre.
        """
        last_day = self.snapshot.until - dt.timedelta(days=1)
        found = Site.objects.in_municipality(self.municipality).public().open_on(last_day)
        found = found.exclude(kind__in=[Site.Kind.VEHICLE, Site.Kind.COUNTER])
        found = found.exclude(figures__snapshot=self.snapshot)
        if self.zone:
            found = found.in_zone(self.zone.pk)
        if self.category:
            return found.of_category(self.category.code, last_day)
        rated = SitePeriod.objects.in_municipality(self.municipality).in_force(last_day)
        return found.filter(pk__in=rated.values("site"))

    def group_figures(self) -> GroupFigureQuerySet:
        """Figures of the town, its categories and its zones in the same period."""
        found = GroupFigure.objects.of_snapshot(self.snapshot)
        return found.select_related("category", "zone__kind", "snapshot")

    def query(self, **others: str) -> str:
        """The query string of the choice, so that an address means the same tomorrow."""
        asked = {
            "span": self.snapshot.span,
            "from": f"{self.snapshot.first_day:%Y-%m}",
            "category": self.category.code if self.category else "",
            "zone": str(self.zone.pk) if self.zone else "",
            **others,
        }
        return urlencode({name: value for name, value in asked.items() if value})


def snapshots_for(
    municipality: Municipality, today: dt.date, *, is_staff: bool
) -> SnapshotQuerySet:
    """Snapshots of a town that a reader may see, newest first."""
    found = Snapshot.objects.in_municipality(municipality)
    if not is_staff:
        found = found.public_on(today)
    return found.newest_first()


def select(
    municipality: Municipality, asked: Mapping[str, str], today: dt.date, *, is_staff: bool
) -> Selection | None:
    """The choice in a query string: span, from (YYYY-MM), category (code), zone (number).

    Returns:
        None where the town has no figures yet.

    Raises:
        Http404: for a length, a period, a category or a zone that is not there.
    """
    found = snapshots_for(municipality, today, is_staff=is_staff)
    if span := asked.get("span", ""):
        found = found.of_span(_span(span))
    elif found.of_span(FIRST_CHOICE).exists():
        found = found.of_span(FIRST_CHOICE)
    if month := asked.get("from", ""):
        found = found.filter(first_day=_month(month))
    snapshot = found.first()
    if snapshot is None:
        if month:
            raise Http404
        return None
    return Selection(
        municipality,
        snapshot,
        _category(municipality, asked.get("category", "").replace("\x00", "")),
        _zone(municipality, asked.get("zone", "")),
    )


def _span(text: str) -> str:
    if text not in Snapshot.Span.values:
        raise Http404
    return text


def _category(municipality: Municipality, code: str) -> SiteCategory | None:
    if not code:
        return None
    return get_object_or_404(SiteCategory.objects.in_municipality(municipality), code=code)


def _zone(municipality: Municipality, number: str) -> Zone | None:
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(Zone.objects.in_municipality(municipality), pk=int(number))


def fact_of_site(figure: SiteFigure, town: str, order: list[str]) -> Fact:
    """What can be said about a place; its site, category and snapshot are read along."""
    return Fact(
        kind=Kind.SITE,
        subject=in_language(figure.site.names, order),
        places=1,
        band=figure.band,
        group=in_language(figure.category.names, order),
        **_common(figure, figure.snapshot, town),
    )


def fact_of_group(figure: GroupFigure, town: str, order: list[str]) -> Fact:
    """What can be said about the town, a category or a zone."""
    subject = figure.zone or figure.category
    return Fact(
        kind=Kind(figure.kind),
        subject=in_language(subject.names, order) if subject else "",
        places=figure.places,
        **_common(figure, figure.snapshot, town),
    )


def _common(figure: SiteFigure | GroupFigure, snapshot: Snapshot, town: str) -> dict[str, Any]:
    names = (
        "votes", "state", "score", "low", "high", "change", "change_low", "change_high",
        "change_state", "happy", "unhappy",
    )  # fmt: skip
    return {
        **{name: getattr(figure, name) for name in names},
        "histogram": tuple(figure.histogram),
        "town": town,
        "period": Period(snapshot.span, snapshot.first_day, snapshot.until),
        "code": snapshot.code,
        "digest": snapshot.digest,
        "is_synthetic": snapshot.is_synthetic,
    }


def _month(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None
