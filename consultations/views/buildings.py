"""Where unusually many people are registered, on a list and a map, for those who read the roll."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from consultations.models import Roll
from consultations.present.buildings import building_rows, rule_lines, week_rows
from consultations.result_rows import marks
from consultations.services.buildings import odd_buildings, weeks_of, without_address
from consultations.services.rolls import note_look
from consultations.views.roll import RollReadView
from zones.exports import csv_file

COLUMNS = ("address", "people", "unusual", "longitude", "latitude")


class BuildingsView(RollReadView, TemplateView):
    """The list, the map and the weeks of registering; each look is written down."""

    template_name = "consultations/vote/buildings.html"

    @cached_property
    def made(self) -> Roll:
        """The roll; without one there is nothing to look at."""
        if self.roll is None:
            raise Http404
        self.roll.phase = self.phase
        self.roll.phase.process = self.process
        return self.roll

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Unusual addresses."""
        return building_rows(odd_buildings(self.made))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; the look is written down."""
        self._note("buildings")
        return super().get(request, *args, **kwargs)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List, map and weeks."""
        return super().get_context_data(
            process=self.process,
            rows=self.rows,
            rule=rule_lines(),
            weeks=week_rows(weeks_of(self.made)),
            without_address=without_address(self.made),
            bbox=self.bbox,
            limits=self.bbox,
            places=marks((row["number"], row["location"]) for row in self.rows),
            shapes=[],
            **kwargs,
        )

    def _note(self, asked: str) -> None:
        actor = self.membership.user
        note_look(roll=self.made, asked=asked, actor=actor, now=timezone.now())

    def _csv(self) -> HttpResponseBase:
        self._note("buildings table")
        values = (
            (row["label"], row["people"], " ".join(row["codes"]), *row["location"].coords)
            for row in self.rows
        )
        return csv_file(
            f"{self.municipality.slug}-roll-buildings-{self.process.number}", COLUMNS, values
        )
