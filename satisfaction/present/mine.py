"""Own places as their owner sees them: the figure, or how far the votes are, and what waits."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from satisfaction.models import Alert, GroupFigure, SiteFigure, Snapshot
from satisfaction.present.figures import figure_row, numbers
from satisfaction.selection import fact_of_group, fact_of_site
from satisfaction.services.releasing import waiting_votes
from satisfaction.statistics.blocks import LEAST_VOTES
from sign_registry.models import Site
from sign_registry.site_present import site_row
from zones.models import Municipality
from zones.names import in_language


class OwnFigures:
    """Figures of some places and of their like, read at once."""

    def __init__(
        self,
        snapshot: Snapshot | None,
        sites: Sequence[Site],
        language: str,
        today: dt.date,
    ) -> None:
        self._language = language
        self._own: dict[int, SiteFigure] = {}
        self._small: dict[int, GroupFigure] = {}
        if snapshot:
            own = SiteFigure.objects.of_snapshot(snapshot).of_sites([site.pk for site in sites])
            own = own.select_related("site", "category", "snapshot")
            self._own = {one.site_id: one for one in own if one.score is not None}
            pools = GroupFigure.objects.of_snapshot(snapshot).of_kind(GroupFigure.Kind.SMALL)
            pools = pools.select_related("category", "zone", "snapshot")
            self._small = {one.category_id or 0: one for one in pools if one.score is not None}
        waiting = [site for site in sites if site.pk not in self._own]
        self._waiting = waiting_votes(sites=waiting, today=today) if waiting else {}

    def row(self, site: Site) -> dict[str, Any]:
        """What is known of one place; `site` comes from `with_shown`."""
        row = site_row(site)
        town = in_language(site.municipality.names, site.municipality.languages)
        spoken, figure = site.municipality.languages, self._own.get(site.pk)
        category = row["category"]
        pool = self._small.get(category.pk) if category and not figure else None
        votes = self._waiting.get(site.pk)
        return {
            "figure": figure_row(fact_of_site(figure, town, spoken), self._language)
            if figure
            else None,
            "small": figure_row(fact_of_group(pool, town, spoken), self._language)
            if pool
            else None,
            # More than enough may wait for the end of a week; what is not told is how many more.
            "votes": None if votes is None else min(votes, LEAST_VOTES),
            "enough": LEAST_VOTES,
            "is_counted_elsewhere": site.kind == Site.Kind.VEHICLE,
        }


def alert_row(alert: Alert, today: dt.date, language: str) -> dict[str, Any]:
    """A worsening in words, and how its answer stands."""
    ends = numbers(-alert.change, -alert.change_high, -alert.change_low, language)
    names = alert.site.names
    return {
        "pk": alert.pk,
        "site_id": alert.site_id,
        "name": in_language(names, alert.municipality.languages),
        "since": alert.since,
        "found_on": alert.found_on,
        "before": numbers(alert.score_before, 1, 10, language)["score"],
        "after": numbers(alert.score_after, 1, 10, language)["score"],
        "least": ends["low"],
        "most": ends["high"],
        "state": alert.state,
        "state_label": alert.get_state_display(),
        "due": alert.answer_due_on,
        "reply_until": alert.reply_until,
        "may_reply_first": alert.state == Alert.State.OPEN and alert.reply_until >= today,
        "is_overdue": alert.state == Alert.State.OPEN and alert.answer_due_on < today,
        "answered_on": alert.answered_on,
        "works": alert.works,
        "reply": alert.reply,
        "reason": alert.reason,
    }


def town_name(municipality: Municipality) -> str:
    """The town in the language of the reader."""
    return in_language(municipality.names, municipality.languages)
