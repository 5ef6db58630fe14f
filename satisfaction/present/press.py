"""Rows of the press office: a place or a group in one line, with what may be said of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from satisfaction.facts import Period
from satisfaction.models import Figure, GroupFigure, SiteFigure, Snapshot
from satisfaction.present.scales import lying
from satisfaction.present.trends import Point
from satisfaction.sentences import interval_text, period_label, score_text
from zones.names import in_language


def place_row(
    figure: SiteFigure, slug: str, language: str, order: Sequence[str], withheld: set[int]
) -> dict[str, Any]:
    """A place of the table; `withheld` are places whose owner may still reply."""
    return {
        **figure_row(figure, language),
        "name": in_language(figure.site.names, order),
        "kind": in_language(figure.category.names, order),
        "url": reverse("satisfaction:press_site", args=[slug, figure.site_id]),
        "band": figure.band,
        "band_label": figure.get_band_display(),
        "is_withheld": figure.site_id in withheld,
    }


def group_row(figure: GroupFigure, language: str, order: Sequence[str]) -> dict[str, Any]:
    """A category or a zone of a table."""
    subject = figure.zone or figure.category
    return {
        **figure_row(figure, language),
        "name": in_language(subject.names, order) if subject else "",
        "kind": in_language(figure.zone.kind.names, order) if figure.zone else "",
        "code": figure.category.code if figure.category else "",
        "zone": figure.zone_id,
        "places": figure.places,
    }


def figure_row(figure: Figure, language: str) -> dict[str, Any]:
    """What every row shows; nothing at all of a figure with too few votes."""
    if figure.score is None or figure.state == Figure.State.COLLECTING:
        return {"is_shown": False}
    return {
        "is_shown": True,
        "is_wide": figure.state == Figure.State.WIDE,
        "score": score_text(figure.score, language),
        "interval": _ends(figure.low, figure.high, language),
        "dot": lying(figure.score, figure.low, figure.high),
        "votes": figure.votes,
        "happy": _share(figure.happy),
        "unhappy": _share(figure.unhappy),
        "change_state": figure.change_state,
        "change": _ends(figure.change_low, figure.change_high, language),
    }


def point_of(snapshot: Snapshot, figure: Figure | None) -> Point:
    """A period of a trend; a gap where there is no figure."""
    period = Period(snapshot.span, snapshot.first_day, snapshot.until)
    if figure is None or figure.score is None:
        return Point(period)
    return Point(period, figure.score, figure.low, figure.high, figure.votes, figure.change_state)


def of_span(snapshots: Iterable[Snapshot], span: str) -> list[Snapshot]:
    """The periods of one length, oldest first, each by its newest method."""
    found: dict[Any, Snapshot] = {}
    for snapshot in snapshots:  # newest first, of one period the newest method first
        if snapshot.span == span:
            found.setdefault(snapshot.first_day, snapshot)
    return [found[day] for day in sorted(found)]


def period_choices(
    snapshots: Sequence[Snapshot], chosen: Snapshot, language: str
) -> dict[str, Any]:
    """The periods to slide over, where the chosen one stands, and its neighbours."""
    periods = [
        {
            "value": f"{one.first_day:%Y-%m}",
            "label": period_label(Period(one.span, one.first_day, one.until), language),
        }
        for one in snapshots
    ]
    here = next(i for i, one in enumerate(snapshots) if one.first_day == chosen.first_day)
    return {
        "periods": periods,
        "here": here,
        "last": len(periods) - 1,
        "chosen": periods[here],
        "earlier": periods[here - 1] if here else None,
        "later": periods[here + 1] if here + 1 < len(periods) else None,
    }


def _ends(low: float | None, high: float | None, language: str) -> tuple[str, str] | None:
    return None if low is None or high is None else interval_text(low, high, language)


def _share(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
