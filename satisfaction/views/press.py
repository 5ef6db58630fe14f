"""The page of the press office: where, what, since when, and how sure."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.generic import ListView

from satisfaction.facts import Fact, Kind
from satisfaction.models import Figure, GroupFigure, SiteFigure
from satisfaction.present.press import (
    group_row,
    of_span,
    period_choices,
    place_row,
    point_of,
)
from satisfaction.present.trends import trend
from satisfaction.selection import Selection, fact_of_group, fact_of_site
from satisfaction.sentences import citation, fewer_hold, headlines, invented, sentence
from satisfaction.services.surfaces import spots_of
from satisfaction.views.press_base import PressPage
from sign_registry.models import Site
from zones.models import Zone
from zones.names import in_language
from zones.querysets import collated

WAITING = "waiting"
LAYERS = (
    ("places", _("Places: score")),
    ("kind", _("Places: against their kind")),
    ("zones", _("Areas")),
    ("surface", _("Surface of satisfaction")),
    ("votes", _("Where people vote")),
)
SORTS = ("band", "name", "kind", "votes")
#: So many places are candidates for a headline: those with the most votes, and those that changed.
TOLD = 20
#: Rows of kinds and zones that are seen without unfolding.
AT_ONCE = 8
#: A zone with so much of the town's votes says what the town says.
ALMOST_ALL = 0.75
#: Share of places on each side that the first view of the map may leave out, and room around.
OUTSIDE, ROOM = 0.08, 0.004
_SPANS = ("month", "quarter", "year", "rolling")


class PressView(PressPage, ListView[SiteFigure | Site]):
    """Sentence, headlines, map and tables of one period."""

    template_name = "satisfaction/press.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Any]:
        """Places with a figure, or those that wait for votes."""
        if self.selection is None:
            return SiteFigure.objects.none()
        if self.shown == WAITING:
            return self.selection.waiting_sites().by_name(self.language)
        found = self.selection.site_figures()
        if self.shown:
            found = found.filter(band=self.shown)
        return found.order_by(*self._sorting())

    @cached_property
    def shown(self) -> str:
        """Which places the table lists: all with a figure, those of one band, or the waiting."""
        return self._one_of("show", ("", *SiteFigure.Band.values, WAITING))

    @cached_property
    def sort(self) -> str:
        """By what the table is sorted; never by score alone, which would be a ranking."""
        return self._one_of("sort", ("", *SORTS)) or SORTS[0]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything in a fixed number of queries."""
        context = super().get_context_data(**kwargs)
        if self.selection is None:
            return {**context, "selection": None}
        return {**context, **self._choice(self.selection), **self._told(self.selection, context)}

    def _told(self, chosen: Selection, context: dict[str, Any]) -> dict[str, Any]:
        page = context["page_obj"]
        if self.shown == WAITING:
            page.object_list = [
                {"name": in_language(site.names, self.order), "pk": site.pk}
                for site in page.object_list
            ]
        else:
            page.object_list = [self._row(figure) for figure in page.object_list]
        groups = list(chosen.group_figures())
        about = self._about(chosen, groups)
        said = [] if about is None else [fact_of_group(about, self.town, self.order)]
        told = headlines(self._candidates(chosen, groups, about), self.language)
        return {
            "page": page,
            "sentence": sentence(said[0], self.language) if said else "",
            "headlines": told,
            "fewer": fewer_hold(len(told), self.language),
            "trend": self._trend(chosen),
            "kind_groups": self._group_rows(groups, GroupFigure.Kind.CATEGORY),
            "zone_groups": self._group_rows(groups, GroupFigure.Kind.ZONE),
            "small": self._group_rows(groups, GroupFigure.Kind.SMALL),
            "about": about,
            "waiting_count": chosen.waiting_sites().count(),
            **self._words(chosen),
        }

    def _choice(self, chosen: Selection) -> dict[str, Any]:
        spans = {one.span: one.get_span_display() for one in self.snapshots}
        layer = self._one_of("layer", ("", *(code for code, _label in LAYERS)))
        return {
            "selection": chosen,
            "snapshot": chosen.snapshot,
            "bbox": self._view_of(chosen),
            "limits": self.bbox,
            "selected": str(chosen.zone.pk) if chosen.zone else "",
            "area_word": pgettext("part of a town", "Area"),
            "query": chosen.query(),
            "export_query": chosen.query(),
            "spans": [(span, spans[span]) for span in _SPANS if span in spans],
            "choices": period_choices(
                of_span(self.snapshots, chosen.snapshot.span), chosen.snapshot, self.language
            ),
            "layers": LAYERS,
            "layer": layer or LAYERS[0][0],
            "shown": self.shown,
            "bands": SiteFigure.Band.choices,
            "sort": self.sort,
            "categories": self.categories,
            "zones": Zone.objects.in_municipality(self.municipality)
            .filter(kind__is_partition=True)
            .order_by("kind", collated(self.language)),
        }

    def _words(self, chosen: Selection) -> dict[str, Any]:
        snapshot = chosen.snapshot
        fact = _CitedSelection(chosen, self.town)
        address = self.request.build_absolute_uri(f"{self.request.path}?{chosen.query()}")
        return {
            "citation": citation(fact, address, self.language),
            "invented": invented(self.language) if snapshot.is_synthetic else "",
            "is_public": snapshot.public_from <= self.today,
            "reply_until": snapshot.public_from - dt.timedelta(days=1),
            "may_publish": self.may_publish,
        }

    def _view_of(self, chosen: Selection) -> tuple[float, float, float, float]:
        """Where most places with a figure lie; a few far away would make the rest a blot."""
        spots = spots_of(chosen.site_figures())
        if not spots:
            return self.bbox
        west, east = _most([spot.longitude for spot in spots])
        south, north = _most([spot.latitude for spot in spots])
        return west - ROOM, south - ROOM, east + ROOM, north + ROOM

    def _row(self, figure: SiteFigure) -> dict[str, Any]:
        return place_row(figure, self.municipality.slug, self.language, self.order, self.withheld)

    def _about(self, chosen: Selection, groups: list[GroupFigure]) -> GroupFigure | None:
        """The figure that the first sentence says: of the zone, else the category, else the town.

        Nobody counts a category within one zone; then the category is said for the whole town.
        """
        found = {(one.kind, one.category_id, one.zone_id): one for one in groups}
        return found.get(_subject(chosen))

    def _candidates(
        self, chosen: Selection, groups: list[GroupFigure], about: GroupFigure | None
    ) -> Iterator[Fact]:
        """What a headline may be about; the first sentence is said already."""
        if chosen.category is None and chosen.zone is None:
            named = (Kind.CATEGORY, Kind.ZONE)
            most = ALMOST_ALL * about.votes if about else 0
            for group in groups:
                if group.kind in named and group.votes <= most:
                    yield fact_of_group(group, self.town, self.order)
        sure = (
            chosen.site_figures().filter(state=Figure.State.SHOWN).exclude(site__in=self.withheld)
        )
        changed = sure.filter(change_state__in=[Figure.Change.UP, Figure.Change.DOWN])
        most_voted = {figure.pk: figure for figure in sure.order_by("-votes", "pk")[:TOLD]}
        most_changed = changed.order_by("change_q", "pk")[:TOLD]
        for figure in {**most_voted, **{one.pk: one for one in most_changed}}.values():
            yield fact_of_site(figure, self.town, self.order)

    def _trend(self, chosen: Selection) -> dict[str, Any] | None:
        periods = of_span(self.snapshots, chosen.snapshot.span)
        kind, category, zone = _subject(chosen)
        figures = GroupFigure.objects.filter(
            snapshot__in=periods, kind=kind, category=category, zone=zone
        )
        found = {figure.snapshot_id: figure for figure in figures}
        points = [point_of(one, found.get(one.pk)) for one in periods]
        return trend(points, self.language)

    def _group_rows(self, groups: list[GroupFigure], kind: str) -> dict[str, Any] | None:
        """Rows of a table, the first ones at once and the rest folded; None without any group."""
        found = [one for one in groups if one.kind == kind]
        if not found:
            return None
        rows = [group_row(one, self.language, self.order) for one in found]
        rows.sort(key=lambda row: (row["kind"], row["name"]))
        shown = [row for row in rows if row["is_shown"]]
        few = [row["name"] for row in rows if not row["is_shown"]]
        return {"first": shown[:AT_ONCE], "more": shown[AT_ONCE:], "few": few}

    def _sorting(self) -> list[Any]:
        name = collated(self.language, "site__names")
        band = Case(
            When(band=SiteFigure.Band.ABOVE, then=Value(0)),
            When(band=SiteFigure.Band.WITHIN, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        first: dict[str, list[Any]] = {
            "band": [band],
            "name": [],
            "kind": [collated(self.language, "category__names")],
            "votes": ["-votes"],
        }
        return [*first[self.sort], name, "pk"]

    def _one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        asked = self.request.GET.get(name, "")
        if asked not in allowed:
            raise Http404
        return asked


def _subject(chosen: Selection) -> tuple[str, int | None, int | None]:
    """Kind, category and zone of the group a choice is about."""
    if chosen.category:
        return GroupFigure.Kind.CATEGORY, chosen.category.pk, None
    if chosen.zone:
        return GroupFigure.Kind.ZONE, None, chosen.zone.pk
    return GroupFigure.Kind.TOWN, None, None


def _most(values: list[float]) -> tuple[float, float]:
    """Between which two values most others lie."""
    ordered = sorted(values)
    cut = int(len(ordered) * OUTSIDE)
    return ordered[cut], ordered[-1 - cut]


class _CitedSelection:
    """What a citation of the whole page names."""

    def __init__(self, chosen: Selection, town: str) -> None:
        self.town = town
        self.period = chosen.period
        self.code = chosen.snapshot.code
        self.digest = chosen.snapshot.digest
        self.is_synthetic = chosen.snapshot.is_synthetic
