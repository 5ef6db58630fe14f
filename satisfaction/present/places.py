"""A place as its pages show it: its figure, or what is known of its like, and what was said."""

import datetime as dt
from typing import Any

from django.db.models import Sum

from satisfaction.models import GroupFigure, ReasonShare, SiteFigure, Snapshot
from satisfaction.present.figures import figure_row, numbers
from satisfaction.selection import fact_of_group, fact_of_site
from satisfaction.services.effects import Change, Effect
from sign_registry.models import ReasonTag, Site, SiteCategory
from zones.models import Municipality
from zones.names import in_language

#: As many reasons of each kind as are read at a glance.
MOST_REASONS = 5


def place_figure(snapshot: Snapshot | None, site: Site, language: str) -> dict[str, Any] | None:
    """The figure of a place; None where votes are too few yet."""
    if snapshot is None:
        return None
    own = SiteFigure.objects.of_snapshot(snapshot).of_sites([site.pk])
    figure = own.select_related("site", "category", "snapshot").first()
    if figure is None or figure.score is None:
        return None
    spoken = site.municipality.languages
    return figure_row(fact_of_site(figure, _town(site.municipality), spoken), language)


def small_figure(
    snapshot: Snapshot | None, category: SiteCategory | None, language: str
) -> dict[str, Any] | None:
    """What is known of all places of a kind that have too few votes of their own."""
    if snapshot is None or category is None:
        return None
    pooled = GroupFigure.objects.of_snapshot(snapshot).of_kind(GroupFigure.Kind.SMALL)
    figure = pooled.filter(category=category).select_related("category", "zone", "snapshot").first()
    if figure is None or figure.score is None:
        return None
    town = snapshot.municipality
    return figure_row(fact_of_group(figure, _town(town), town.languages), language)


def reasons_said(
    site: Site, known_until: dt.date | None, *, since: dt.date | None = None
) -> list[dict[str, Any]]:
    """Reasons that were released with the votes of a place, the most frequent first, by kind.

    Args:
        known_until: only those that count for months before this day.
        since: only those released with votes that were all given from this day on.
    """
    given = ReasonShare.objects.filter(block__site=site)
    if since is not None:
        given = given.filter(block__first_day__gte=since)
    if known_until is not None:
        given = given.filter(block__month__lt=known_until)
    counted = given.values_list("reason").annotate(times=Sum("given")).order_by("-times", "reason")
    tags = ReasonTag.objects.in_bulk([reason for reason, _times in counted])
    return [
        {"band": band, "label": str(label), "reasons": found}
        for band, label in ReasonTag.Band.choices
        if (
            found := [
                {"name": tags[reason].name, "times": times}
                for reason, times in counted
                if tags[reason].band == band and times
            ][:MOST_REASONS]
        )
    ]


def change_row(change: Change, language: str) -> dict[str, Any]:
    """Something that was done, whose it was, and what the votes say since."""
    works, alert = change.works, change.alert
    owner = works.owner if works else None
    return {
        "day": change.day,
        "name": works.name if works else "",
        "text": in_language(works.texts) if works and works.texts else "",
        "owner": owner.name if owner else "",
        "reply": alert.reply if alert else "",
        "fall": fall_row(alert, language) if alert else None,
        "is_over": bool(works and works.ends_on and works.ends_on <= change.day),
        "effect": effect_row(change.effect, language) if change.effect else None,
    }


def fall_row(alert: Any, language: str) -> dict[str, Any]:
    """A worsening in figures."""
    before = numbers(alert.score_before, alert.score_before, alert.score_before, language)
    after = numbers(alert.score_after, alert.score_after, alert.score_after, language)
    return {"since": alert.since, "before": before["score"], "after": after["score"]}


def effect_row(effect: Effect, language: str) -> dict[str, Any]:
    """Whether the votes rose or fell, as far as the interval says so."""
    state = "up" if effect.low > 0 else "down" if effect.high < 0 else "same"
    ends = (effect.low, effect.high)
    if state == "down":
        ends = (-effect.high, -effect.low)
    return {
        "state": state,
        "votes_before": effect.votes_before,
        "votes_after": effect.votes_after,
        "first_day": effect.first_day,
        "until": effect.until,
        **numbers(abs(effect.change), *ends, language),
    }


def _town(municipality: Municipality) -> str:
    return in_language(municipality.names, municipality.languages)
