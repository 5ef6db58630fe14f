"""What is published of rated places: where they are, and their newest released figure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from satisfaction.models import SiteFigure, Snapshot
from satisfaction.present.figures import current_snapshot
from sign_registry.models import Site
from sign_registry.paths import site_path
from sign_registry.site_present import with_shown
from zones.models import Dataset
from zones.published import (
    SOURCE_COLUMNS,
    Asked,
    Collection,
    Column,
    Feature,
    Type,
    name_columns,
    named,
    sourced,
)

_DIGITS = 4


def collections_of(asked: Asked) -> list[Collection]:
    """Places that are open today, with the figure their own page shows."""
    town = asked.town
    rows = Site.objects.in_municipality(town).public().open_on(asked.today)
    return [
        Collection(
            code="sites",
            title=_("Rated places"),
            about=_(
                "Places that people can rate, each with its score of the last published period "
                "where it has at least ten votes."
            ),
            columns=(
                Column("code", _("Code"), lookup="code"),
                *name_columns(town.languages),
                Column("kind", _("Kind"), lookup="kind"),
                Column("category", _("Category")),
                Column("address", _("Address")),
                Column("period", _("Period")),
                Column("votes", _("Votes counted"), Type.WHOLE),
                Column("score", _("Score from 1 to 10"), Type.NUMBER),
                Column("low", _("Lower end of the interval"), Type.NUMBER),
                Column("high", _("Upper end of the interval"), Type.NUMBER),
                Column("votes_are_invented", _("Votes invented for demonstration"), Type.YES_NO),
                Column("page", _("Page")),
                *SOURCE_COLUMNS,
            ),
            rows=with_shown(rows, asked.today),
            features=partial(_features, asked),
            place="geometry",
            sources=Dataset.objects.in_municipality(town).filter(sites__isnull=False).distinct(),
        )
    ]


def _features(asked: Asked, rows: Sequence[Site]) -> list[Feature]:
    """Two queries more: which figures are public, and those of these places."""
    town = asked.town
    snapshot = (
        current_snapshot(town, asked.today, is_staff=False) if "ratings" in town.modules else None
    )
    figures = _figures(snapshot, rows)
    return [
        Feature(
            row.pk,
            row.geometry,
            {
                "code": row.code,
                **named(row.names, town.languages),
                "kind": row.kind,
                "category": next((one.category.code for one in _periods(row)), None),
                "address": row.address_text,
                **_score(snapshot, figures.get(row.pk)),
                "page": site_path(town.slug, row.pk),
                **sourced(row.dataset),
            },
        )
        for row in rows
    ]


def _periods(row: Site) -> Sequence[Any]:
    found: Sequence[Any] = row.periods_now  # type: ignore[attr-defined]
    return found


def _figures(snapshot: Snapshot | None, rows: Sequence[Site]) -> dict[int, SiteFigure]:
    if snapshot is None:
        return {}
    own = SiteFigure.objects.of_snapshot(snapshot).of_sites([row.pk for row in rows])
    return {one.site_id: one for one in own.exclude(score=None)}


def _score(snapshot: Snapshot | None, figure: SiteFigure | None) -> dict[str, Any]:
    if snapshot is None or figure is None:
        empty = ("period", "votes", "score", "low", "high", "votes_are_invented")
        return dict.fromkeys(empty)
    return {
        "period": snapshot.code,
        "votes": figure.votes,
        **{
            name: None if value is None else round(value, _DIGITS)
            for name, value in (
                ("score", figure.score),
                ("low", figure.low),
                ("high", figure.high),
            )
        },
        "votes_are_invented": snapshot.is_synthetic,
    }
