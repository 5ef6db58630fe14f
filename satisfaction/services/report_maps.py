"""Gathers what a report map is made of, for one town and one period, and has it drawn."""

import base64
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum

from django.contrib.gis.db.models.functions import AsGeoJSON, PointOnSurface
from django.utils import translation
from django.utils.translation import gettext as _

from satisfaction.facts import LICENCE, Period
from satisfaction.models import GroupFigure, SiteFigure, Snapshot
from satisfaction.querysets import SnapshotQuerySet
from satisfaction.reports import maps
from satisfaction.reports.values import About, Ground, Reading, Spot, Step, Zone
from satisfaction.sentences import period_label
from satisfaction.services import surfaces
from zones.models import Municipality, ZoneShape
from zones.names import in_language

#: How the town lets others use its figures; docs/open-data.md says the same.
#: A year of months, or three years of quarters.
MOST_STEPS = 12
_DIGITS = 5


class ReportKind(StrEnum):
    """The report maps there are."""

    VOTES = "votes"
    ZONES = "zones"
    SURFACE = "surface"
    TIME = "time"


def report_map(
    *,
    kind: ReportKind,
    snapshot: Snapshot,
    seen: SnapshotQuerySet,
    today: dt.date,
    language: str,
) -> str:
    """A report map as one HTML file.

    Args:
        seen: the snapshots its reader may see; the map through time shows them.
    """
    with translation.override(language):
        draw: dict[ReportKind, Callable[[], str]] = {
            ReportKind.VOTES: lambda: _votes(snapshot, today, language),
            ReportKind.ZONES: lambda: _zones(snapshot, today, language),
            ReportKind.SURFACE: lambda: _surface(snapshot, today, language),
            ReportKind.TIME: lambda: _time(snapshot, seen, today, language),
        }
        return draw[kind]()


def _votes(snapshot: Snapshot, today: dt.date, language: str) -> str:
    ground, _readings = _ground(snapshot.municipality, [snapshot])
    spots = _spots(snapshot)
    return maps.votes_map(_about(snapshot, today, language), ground, spots)


def _zones(snapshot: Snapshot, today: dt.date, language: str) -> str:
    ground, readings = _ground(snapshot.municipality, [snapshot])
    return maps.zones_map(_about(snapshot, today, language), ground, readings[snapshot.pk])


def _time(snapshot: Snapshot, seen: SnapshotQuerySet, today: dt.date, language: str) -> str:
    """The periods up to the chosen one; years and rolling years are too few to slide over."""
    span = snapshot.span
    if span not in (Snapshot.Span.MONTH, Snapshot.Span.QUARTER):
        span = Snapshot.Span.QUARTER
    found: dict[dt.date, Snapshot] = {}
    for one in seen.of_span(span).filter(until__lte=snapshot.until).newest_first():
        found.setdefault(one.first_day, one)
    chosen = sorted(found.values(), key=lambda one: one.first_day)[-MOST_STEPS:]
    ground, readings = _ground(snapshot.municipality, chosen)
    steps = [Step(_label(one, language), readings[one.pk]) for one in chosen]
    return maps.time_map(_about(snapshot, today, language), ground, steps)


def _surface(snapshot: Snapshot, today: dt.date, language: str) -> str:
    ground, _readings = _ground(snapshot.municipality, [snapshot])
    spots = _spots(snapshot)
    painted = surfaces.spots_of(SiteFigure.objects.of_snapshot(snapshot))
    box = surfaces.box_around(painted, snapshot) or ground.bounds
    picture = surfaces.paint_surface(spots=painted, snapshot=snapshot, box=box)
    address = "data:image/png;base64," + base64.b64encode(picture).decode()
    about = _about(snapshot, today, language)
    return maps.surface_map(about, ground, address, box, spots)


def _about(snapshot: Snapshot, today: dt.date, language: str) -> About:
    town = snapshot.municipality
    return About(
        town=in_language(town.names, town.languages),
        language=language,
        period=_label(snapshot, language),
        votes=snapshot.votes,
        places=snapshot.places,
        method=snapshot.method,
        licence=LICENCE,
        code=snapshot.code,
        is_synthetic=snapshot.is_synthetic,
        public_from=snapshot.public_from if snapshot.public_from > today else None,
    )


def _label(snapshot: Snapshot, language: str) -> str:
    return period_label(Period(snapshot.span, snapshot.first_day, snapshot.until), language)


def _spots(snapshot: Snapshot) -> list[Spot]:
    """Places with a figure that lie somewhere, those with the most votes first."""
    town = snapshot.municipality
    found = (
        SiteFigure.objects.of_snapshot(snapshot)
        .filter(site__geometry__isnull=False)
        .select_related("site")
        .defer("site__geometry")
        .annotate(centre=PointOnSurface("site__geometry"))
        .order_by("-votes", "site")
    )
    return [
        Spot(
            in_language(row.site.names, town.languages),
            row.centre.x,  # type: ignore[attr-defined]
            row.centre.y,  # type: ignore[attr-defined]
            row.votes,
        )
        for row in found
    ]


def _ground(
    town: Municipality, snapshots: list[Snapshot]
) -> tuple[Ground, dict[int, Mapping[str, Reading]]]:
    """The zones of the kind that most figures are about, and their figures by snapshot."""
    figures = list(
        GroupFigure.objects.filter(snapshot__in=snapshots)
        .of_kind(GroupFigure.Kind.ZONE)
        .select_related("zone")
    )
    kinds = Counter(one.zone.kind_id for one in figures if one.zone)
    kind = min(kinds, key=lambda one: (-kinds[one], one)) if kinds else None
    day = max((one.made_at.date() for one in snapshots), default=dt.date.min)
    shapes = ZoneShape.objects.in_municipality(town).in_force(day).filter(zone__kind=kind)
    drawn = [
        Zone(
            str(shape.zone_id),
            in_language(shape.zone.names, town.languages),
            json.loads(shape.drawing),  # type: ignore[attr-defined]
        )
        for shape in shapes.select_related("zone")
        .annotate(drawing=AsGeoJSON("geometry", precision=_DIGITS))
        .defer("geometry")
        .order_by("-area_m2", "zone_id")
    ]
    outline = json.loads(town.outline.json) if town.outline else None
    # The zones fill the picture; villages far out are found by zooming out.
    box = shapes.extent() or (town.outline.extent if town.outline else None)
    readings: dict[int, Mapping[str, Reading]] = {
        one.pk: {
            str(figure.zone_id): _reading(figure)
            for figure in figures
            if figure.snapshot_id == one.pk and figure.zone and figure.zone.kind_id == kind
        }
        for one in snapshots
    }
    return Ground(box or (-180.0, -85.0, 180.0, 85.0), outline, drawn), readings


def _reading(figure: GroupFigure) -> Reading:
    if figure.state == GroupFigure.State.COLLECTING:
        return Reading(votes=0)
    return Reading(figure.votes, figure.score, figure.low, figure.high)


def titles() -> dict[ReportKind, tuple[str, str]]:
    """Name and use of each report map, in the language of the reader."""
    return {
        ReportKind.VOTES: (
            _("Where people vote"),
            _("Heat of votes. It shows where signs are used, not how satisfied people are."),
        ),
        ReportKind.ZONES: (
            _("Satisfaction by area"),
            _("Scores of areas, compared like with like; hatched where there are too few votes."),
        ),
        ReportKind.SURFACE: (
            _("Surface of satisfaction"),
            _("Where places are rated better or worse than their kind, only where votes carry it."),
        ),
        ReportKind.TIME: (
            _("Satisfaction through time"),
            _("Scores of areas with a slider over months or quarters."),
        ),
    }
