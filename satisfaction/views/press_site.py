"""One place as the press office sees it: score, votes, trend with works, reasons, comments."""

import datetime as dt
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from departments.models import Works
from satisfaction.models import Alert, SiteFigure, Snapshot, VoteBlock
from satisfaction.present.figures import bars
from satisfaction.present.press import of_span, period_choices, place_row, point_of
from satisfaction.present.trends import Pin, trend
from satisfaction.selection import Selection, fact_of_site
from satisfaction.sentences import citation, invented, sentence
from satisfaction.services.effects import works_near
from satisfaction.services.releasing import reasons_of
from satisfaction.views.press_base import PressPage
from sign_registry.models import Comment, Site
from sign_registry.paths import site_path

LISTED_COMMENTS, LISTED_WORKS, LISTED_ALERTS = 20, 20, 5


class PressSiteView(PressPage, TemplateView):
    """A place of which nobody alone can be recognised; a counter has no page of its own."""

    template_name = "satisfaction/press_site.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        site = self._site()
        chosen = self.selection
        words = {
            "site": site,
            "public_path": site_path(self.municipality.slug, site.pk),
            "selection": chosen,
            "alerts": self._alerts(site),
            "works": (works := self._works(site)),
            "comments": self._comments(site),
            "bbox": site.geometry.buffer(0.002).extent if site.geometry else self.bbox,
            "places": _pin_on_map(site),
        }
        if chosen is None:
            return super().get_context_data(**words, **kwargs)
        if chosen.category or chosen.zone:
            raise Http404
        figures = self._figures(site, chosen.snapshot.span)
        figure = next((one for one in figures if one.snapshot_id == chosen.snapshot.pk), None)
        return super().get_context_data(
            **words,
            **self._period(chosen.snapshot, figures, works),
            **(self._told(figure) if figure else {"figure": None}),
            reasons=self._reasons(site, chosen.snapshot) if figure else [],
            **kwargs,
        )

    def _site(self) -> Site:
        sites = Site.objects.in_municipality(self.municipality).public()
        sites = sites.exclude(kind__in=[Site.Kind.VEHICLE, Site.Kind.COUNTER])
        shown = sites.select_related("municipality", "dataset", "parent")
        return get_object_or_404(
            shown.annotate(centre=PointOnSurface("geometry")), pk=self.kwargs["pk"]
        )

    def _figures(self, site: Site, span: str) -> list[SiteFigure]:
        periods = of_span(self.snapshots, span)
        found = SiteFigure.objects.of_sites([site.pk]).filter(snapshot__in=periods)
        return list(found.select_related("site", "category", "snapshot"))

    def _period(
        self, snapshot: Snapshot, figures: list[SiteFigure], works: list[Works]
    ) -> dict[str, Any]:
        periods = of_span(self.snapshots, snapshot.span)
        found = {figure.snapshot_id: figure for figure in figures}
        points = [point_of(one, found.get(one.pk)) for one in periods]
        pins = [Pin(one.starts_on, one.name, one.ends_on) for one in works]
        spans = {one.span: one.get_span_display() for one in self.snapshots}
        return {
            "snapshot": snapshot,
            "spans": list(spans.items()),
            "choices": period_choices(periods, snapshot, self.language),
            "trend": trend(points, self.language, pins),
            "is_public": snapshot.public_from <= self.today,
            "reply_until": snapshot.public_from - dt.timedelta(days=1),
            "invented": invented(self.language) if snapshot.is_synthetic else "",
        }

    def _told(self, figure: SiteFigure) -> dict[str, Any]:
        fact = fact_of_site(figure, self.town, self.order)
        asked = Selection(self.municipality, figure.snapshot).query()
        address = self.request.build_absolute_uri(f"{self.request.path}?{asked}")
        slug = self.municipality.slug
        return {
            "figure": place_row(figure, slug, self.language, self.order, self.withheld),
            "sentence": sentence(fact, self.language),
            "citation": citation(fact, address, self.language),
            "bars": bars(figure.histogram),
            "may_publish": self.may_publish,
            "export_query": f"{asked}&site={figure.site_id}",
        }

    def _reasons(self, site: Site, snapshot: Snapshot) -> list[dict[str, Any]]:
        """Reasons given with the votes of the period, summed over whole releases of this place."""
        blocks = VoteBlock.objects.in_municipality(self.municipality).of_site(site)
        given = reasons_of(blocks.for_months(snapshot.first_day, snapshot.until))
        most = max((times for _tag, times in given), default=1)
        return [
            {"tag": tag, "given": times, "width": f"{100 * times / most:.1f}%"}
            for tag, times in given
        ]

    def _works(self, site: Site) -> list[Works]:
        return list(works_near(site).select_related("owner").newest_first()[:LISTED_WORKS])

    def _comments(self, site: Site) -> list[Comment]:
        found = Comment.objects.in_municipality(self.municipality).released().filter(site=site)
        return list(found.select_related("submission").order_by("-month", "pk")[:LISTED_COMMENTS])

    def _alerts(self, site: Site) -> list[dict[str, Any]]:
        found = Alert.objects.in_municipality(self.municipality).filter(site=site)
        shown = found.select_related("works", "answered_by__department").newest_first()
        return [
            {"alert": alert, "is_withheld": alert.site_id in self.withheld}
            for alert in shown[:LISTED_ALERTS]
        ]


def _pin_on_map(site: Site) -> list[dict[str, Any]]:
    centre = site.centre  # type: ignore[attr-defined]
    return [{"number": 1, "place": [centre.x, centre.y]}] if centre else []
