"""Pictures of a choice of figures, drawn from what is published and from nothing else."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise
from matplotlib.figure import Figure as Drawing

from departments.models import Works
from satisfaction.charts import (
    Caption,
    Pin,
    Point,
    Row,
    Shape,
    distribution,
    dot_intervals,
    trend,
)
from satisfaction.charts.dots import MOST_ROWS
from satisfaction.models import Figure, GroupFigure, SiteFigure, Snapshot
from satisfaction.present.grounds import has_surface, surface_picture, zone_picture
from satisfaction.present.publication import Publication, figure_text, votes_text
from satisfaction.selection import snapshots_for
from satisfaction.sentences.numbers import count_text, share_text
from zones.names import in_language

Drawn = tuple[Drawing, Caption]


class What(StrEnum):
    """The pictures there are; the words stay, as addresses and names of files have them."""

    PLACES = "places"
    CATEGORIES = "categories"
    TREND = "trend"
    DISTRIBUTION = "distribution"
    ZONES = "zones"
    SURFACE = "surface"


LABELS: Mapping[What, StrOrPromise] = {
    What.PLACES: gettext_lazy("Places"),
    What.CATEGORIES: gettext_lazy("Kinds of place"),
    What.TREND: gettext_lazy("Over time"),
    What.DISTRIBUTION: gettext_lazy("How the votes are spread"),
    What.ZONES: gettext_lazy("Areas"),
    What.SURFACE: gettext_lazy("Surface of satisfaction"),
}
#: What a single place has pictures of.
OF_ONE_PLACE = (What.TREND, What.DISTRIBUTION)
#: So many periods are drawn, the newest.
MOST_PERIODS = 24
LEAST_PERIODS = 2


def draw(publication: Publication, what: What, shape: Shape) -> Drawn | None:
    """A picture and its words; None where there is nothing to draw."""
    if publication.site and what not in OF_ONE_PLACE:
        return None
    drawers: Mapping[What, Callable[[Publication, Shape], Drawn | None]] = {
        What.PLACES: _places,
        What.CATEGORIES: _categories,
        What.TREND: _trend,
        What.DISTRIBUTION: _distribution,
        What.ZONES: zone_picture,
        What.SURFACE: surface_picture,
    }
    return drawers[what](publication, shape)


def available(publication: Publication) -> list[What]:
    """The pictures there is something to draw for, without drawing them."""
    kinds = {one.kind for one in publication.groups if one.score is not None}
    there = {
        What.PLACES: lambda: publication.selection.site_figures().exclude(score=None).exists(),
        What.CATEGORIES: lambda: GroupFigure.Kind.CATEGORY in kinds,
        What.TREND: lambda: publication.figure is not None and _has_trend(publication),
        What.DISTRIBUTION: lambda: publication.is_shown,
        What.ZONES: lambda: GroupFigure.Kind.ZONE in kinds,
        What.SURFACE: lambda: has_surface(publication),
    }
    asked = OF_ONE_PLACE if publication.site else tuple(What)
    return [what for what in asked if there[what]()]


def _has_trend(publication: Publication) -> bool:
    figures = _figures(publication, _periods(publication)).values()
    return sum(figure.score is not None for figure in figures) >= LEAST_PERIODS


def _places(publication: Publication, shape: Shape) -> Drawn | None:
    """The places with the most votes, by name: what stands first is not the first."""
    found = publication.selection.site_figures().exclude(score=None)
    taken = list(found.order_by("-votes", "pk")[: MOST_ROWS[shape]])
    named = [(_site_name(figure, publication), figure) for figure in taken]
    return _dots(publication, shape, named, (LABELS[What.PLACES], found.count()))


def _categories(publication: Publication, shape: Shape) -> Drawn | None:
    kind = GroupFigure.Kind.CATEGORY
    found = [one for one in publication.groups if one.kind == kind and one.score is not None]
    taken = sorted(found, key=lambda one: (-one.votes, one.pk))[: MOST_ROWS[shape]]
    named = [
        (in_language(one.category.names, publication.order), one) for one in taken if one.category
    ]
    return _dots(publication, shape, named, (LABELS[What.CATEGORIES], len(found)))


def _dots(
    publication: Publication,
    shape: Shape,
    named: Sequence[tuple[str, Figure]],
    about: tuple[StrOrPromise, int],
) -> Drawn | None:
    """Rows by name; `about` is what they are, and how many there are with those left out."""
    label, all_of_them = about
    rows = [
        Row(
            name,
            figure.score,
            figure.low,
            figure.high,
            figure_text(figure, publication.language),
            votes_text(figure.votes, publication.language),
            figure.state == Figure.State.WIDE,
        )
        for name, figure in sorted(named, key=lambda pair: pair[0].casefold())
        if figure.score is not None and figure.low is not None and figure.high is not None
    ]
    if not rows:
        return None
    note = _("Dot: score; line: where it lies in 95 of 100 cases; hollow dot: uncertain.")
    if all_of_them > len(rows):
        left_out = _("Shown are the %(shown)s with the most votes, of %(all)s.")
        note = f"{left_out % {'shown': len(rows), 'all': all_of_them}} {note}"
    seen = "; ".join(f"{row.name} {row.printed}, {row.votes}" for row in rows)
    votes = publication.figure.votes if publication.figure else _sum_of(named)
    caption = publication.caption(str(label), votes, note, f"{seen}.")
    return dot_intervals(rows, caption, shape), caption


def _distribution(publication: Publication, shape: Shape) -> Drawn | None:
    figure, fact = publication.figure, publication.fact
    if figure is None or fact is None or not publication.is_shown:
        return None
    counted, language = list(fact.histogram), publication.language
    votes = sum(counted)
    if not votes:
        return None
    shares = [share_text(count / votes, language) for count in counted]
    note = _("Share of the votes for each score from 1 to 10.")
    ends = (_("1: very dissatisfied"), _("10: very satisfied"))
    seen = "; ".join(f"{score}: {share}" for score, share in enumerate(shares, start=1))
    label = str(LABELS[What.DISTRIBUTION])
    caption = publication.caption(label, figure.votes, note, f"{seen}.")
    return distribution(counted, shares, ends, caption, shape), caption


def _trend(publication: Publication, shape: Shape) -> Drawn | None:
    figure = publication.figure
    if figure is None:
        return None
    periods = _periods(publication)
    figures = _figures(publication, periods)
    points = [_point(publication, period, figures.get(period.pk)) for period in periods]
    if sum(point.score is not None for point in points) < LEAST_PERIODS:
        return None
    note = _(
        "Band: where the score lies in 95 of 100 cases; bars: numbers of votes; "
        "a gap: not yet enough votes."
    )
    seen = "; ".join(
        f"{point.label}: {figure_text(found, publication.language)}"
        for point, period in zip(points, periods, strict=True)
        if (found := figures.get(period.pk)) and point.score is not None
    )
    caption = publication.caption(str(LABELS[What.TREND]), figure.votes, note, f"{seen}.")
    return trend(points, _pins(publication, periods), caption, shape), caption


def _periods(publication: Publication) -> list[Snapshot]:
    """Periods as long as the chosen one and no later, oldest first, each by its newest method."""
    chosen = publication.selection.snapshot
    town = publication.selection.municipality
    found: dict[object, Snapshot] = {}
    for snapshot in (
        snapshots_for(town, publication.today, is_staff=True)
        .of_span(chosen.span)
        .filter(until__lte=chosen.until)
    ):
        found.setdefault(snapshot.first_day, snapshot)
    return sorted(found.values(), key=lambda one: one.first_day)[-MOST_PERIODS:]


def _figures(publication: Publication, periods: Sequence[Snapshot]) -> dict[int, Figure]:
    if publication.site:
        of_site = SiteFigure.objects.of_sites([publication.site.site_id])
        return {one.snapshot_id: one for one in of_site.filter(snapshot__in=periods)}
    group = publication.group
    if group is None:
        return {}
    alike = GroupFigure.objects.of_kind(group.kind).filter(
        snapshot__in=periods, category=group.category, zone=group.zone
    )
    return {one.snapshot_id: one for one in alike}


def _point(publication: Publication, period: Snapshot, figure: Figure | None) -> Point:
    label = _label(period)
    if figure is None or figure.score is None:
        return Point(label, 0)
    printed = count_text(figure.votes, publication.language)
    return Point(label, figure.votes, printed, figure.score, figure.low, figure.high)


def _label(period: Snapshot) -> str:
    """A period as short as it can be: 10.2026, 07–09.2026, 2026; a rolling one by its end."""
    first, last = period.first_day, period.until - dt.timedelta(days=1)
    if period.span == Snapshot.Span.YEAR:
        return f"{first:%Y}"
    if period.span == Snapshot.Span.QUARTER:
        return f"{first:%m}–{last:%m.%Y}"
    return f"{last:%m.%Y}"


def _pins(publication: Publication, periods: Sequence[Snapshot]) -> list[Pin]:
    """Works at the place that began while it was voted on, the newest first in the choice."""
    site = publication.site.site if publication.site else None
    if site is None or site.geometry is None:
        return []
    works = Works.objects.in_municipality(publication.selection.municipality)
    began = works.touching(site.geometry).filter(
        starts_on__gte=periods[0].first_day, starts_on__lt=periods[-1].until
    )
    pins = []
    for one in began.newest_first()[:3]:
        for number, period in enumerate(periods):
            if period.first_day <= one.starts_on < period.until:
                days = (period.until - period.first_day).days
                at = number - 0.5 + (one.starts_on - period.first_day).days / days
                pins.append(Pin(at, in_language(one.names, publication.order)))
                break
    return sorted(pins, key=lambda pin: pin.at)


def _sum_of(named: Sequence[tuple[str, Figure]]) -> int:
    return sum(figure.votes for _name, figure in named)


def _site_name(figure: SiteFigure, publication: Publication) -> str:
    return in_language(figure.site.names, publication.order)
