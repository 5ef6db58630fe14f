"""The public page of a place: what people said of it, and what changed since."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from departments.access import Right, may
from departments.models import Works
from satisfaction.models import Snapshot
from satisfaction.paths import open_data_path
from satisfaction.present.figures import current_snapshot
from satisfaction.present.places import change_row, place_figure, reasons_said, small_figure
from satisfaction.sentences import citation
from satisfaction.services.effects import changes_at, works_near
from sign_registry.models import Comment, Site, VehicleAssignment
from sign_registry.site_present import pins, site_row, with_shown
from zones.models.municipality import BUILT_MODULES
from zones.views import TownView

LISTED_WORKS = 10
LISTED_COMMENTS = 20
LISTED_CHANGES = 10


class PlaceView(TownView, TemplateView):
    """One place: what it is, its score where votes are enough, and what was done there.

    Shows only published figures. The page behind a sign never leads here: whoever votes has not
    been told what others think.
    """

    template_name = "satisfaction/place.html"

    @cached_property
    def site(self) -> Site:
        """The place; a counter has no page of its own."""
        public = Site.objects.in_municipality(self.municipality).public()
        shown = with_shown(public.select_related("municipality"), self.today)
        return get_object_or_404(shown, pk=self.kwargs["pk"])

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The published figures that are shown."""
        return current_snapshot(self.municipality, self.today, is_staff=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        site, row = self.site, site_row(self.site)
        # Before the first figures are public no vote is.
        known_until = self.snapshot.until if self.snapshot else dt.date.min
        changes = changes_at(site, today=self.today, known_until=known_until)
        told = {one.works.pk for one in changes[:LISTED_CHANGES] if one.works}
        modules = set(self.municipality.modules) & set(BUILT_MODULES)
        return super().get_context_data(
            site=row,
            dataset=site.dataset,
            opened_on=site.opened_on,
            bbox=site.geometry.buffer(0.002).extent if site.geometry else self.bbox,
            limits=self.bbox,
            places=pins([row], 1),
            **self._figures(row, known_until),
            changes=[change_row(one, self.language) for one in changes[:LISTED_CHANGES]],
            works=[one for one in self._works() if one.pk not in told],
            works_add_path=self._works_add_path(row),
            lines=self._lines(),
            comments=self._comments(),
            has_ratings="ratings" in modules,
            host=self.municipality.sign_origin or self.request.build_absolute_uri("/")[:-1],
            report_path=f"/{self.municipality.slug}/report/?site={site.pk}"
            if "reports" in modules
            else "",
            **kwargs,
        )

    def _figures(self, row: dict[str, Any], known_until: dt.date) -> dict[str, Any]:
        figure = place_figure(self.snapshot, self.site, self.language)
        small = None if figure else small_figure(self.snapshot, row["category"], self.language)
        fact = (figure or small or {}).get("fact")
        address = self.request.build_absolute_uri(row["url"])
        return {
            "figure": figure,
            "small": small,
            "citation": citation(fact, address, self.language) if fact else "",
            "reasons": reasons_said(self.site, known_until),
            "open_data_path": open_data_path(self.municipality.slug),
        }

    def _comments(self) -> list[Comment]:
        released = Comment.objects.in_municipality(self.municipality).released()
        own = released.filter(site=self.site).select_related("submission").newest_first()
        return list(own[:LISTED_COMMENTS])

    def _works(self) -> list[Works]:
        """Works that are not over; what is over stands under what changed."""
        near = works_near(self.site).public().not_over(self.today)
        return list(near.select_related("owner").newest_first()[:LISTED_WORKS])

    def _works_add_path(self, row: dict[str, Any]) -> str:
        """Where staff who may enter works do so for this very point; empty for everybody else."""
        if not row["centre"] or not may(self.request.user, self.municipality, Right.EDIT_WORKS):
            return ""
        point = {"longitude": f"{row['centre'].x:.6f}", "latitude": f"{row['centre'].y:.6f}"}
        return (
            reverse("departments:works_add", args=[self.municipality.slug]) + "?" + urlencode(point)
        )

    def _lines(self) -> list[VehicleAssignment]:
        """The line a vehicle serves now."""
        if self.site.kind != Site.Kind.VEHICLE:
            return []
        now = VehicleAssignment.objects.at(timezone.now()).filter(vehicle=self.site)
        return list(now.select_related("line"))
