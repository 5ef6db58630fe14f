"""Who takes part while a consultation runs, for planners: where posters are needed most."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from consultations.present.representation import Row, rows_of
from consultations.services.representation import Representation, representation
from consultations.views.base import ConsultProcessView
from zones.exports import csv_file
from zones.models import Zone
from zones.views import ExportedView

COLUMNS = ("zones", "residents", "voted", "survey", "said", "share", "missing")


class ReachView(ConsultProcessView, ExportedView, TemplateView):
    """Share of residents by large groups of zones, and a list of where most are missing."""

    template_name = "consultations/plan/reach.html"

    @cached_property
    def found(self) -> Representation:
        """The figures of the day."""
        return representation(self.process, timezone.now())

    @cached_property
    def rows(self) -> list[Row]:
        """Groups, where most are missing first."""
        zones = Zone.objects.in_bulk([zone for one in self.found.groups for zone in one.zones])
        return rows_of(self.found, zones, self.municipality.languages)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list."""
        return super().get_context_data(
            process=self.process, rows=self.rows, day=self.found.day, found=self.found, **kwargs
        )

    def _csv(self) -> HttpResponseBase:
        values = (
            (
                " + ".join(row.names),
                row.reached.residents,
                row.reached.voted,
                row.reached.answered,
                row.reached.said,
                row.share,
                row.missing,
            )
            for row in self.rows
        )
        name = f"{self.municipality.slug}-consultation-{self.process.number}-reach"
        return csv_file(name, COLUMNS, values)
