"""How many take part, for the press office: by neighbourhood on a map, and month by month."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView

from consultations.services.by_zone import told_by_zone
from consultations.services.telling import process_path
from consultations.suppression import K
from departments.access import Right
from departments.views import StaffView
from portal.adoption import words
from portal.adoption.gathering import confirmed_of, months_of
from portal.adoption.months import Month
from portal.adoption.neighbourhoods import (
    Neighbourhood,
    Town,
    kind_of,
    neighbourhoods,
    shapes_of,
    town_of,
)
from portal.adoption.words import Line
from portal.views.nearby import box_around
from zones.exports import csv_file, geojson_file
from zones.models import ZoneKind, ZoneShape
from zones.views import ExportedView

COLUMNS = (
    "zone", "name", "addresses", "residents", "residents_per_100_addresses", "signs",
    "rated_places", "reports", "reports_per_1000_addresses",
)  # fmt: skip
MONTH_COLUMNS = ("month", "by", "names", "registered")


class AdoptionView(StaffView, ExportedView, ListView[ZoneShape]):
    """One sentence, the map with its table, the months, and how all this is protected."""

    right = Right.PUBLISH
    template_name = "portal/adoption.html"
    paginate_by = 20

    @cached_property
    def kind(self) -> ZoneKind | None:
        """By which division of the town figures go; none while nothing is drawn."""
        return kind_of(self.municipality, self.today)

    @cached_property
    def shapes(self) -> list[ZoneShape]:
        """Every zone of that division."""
        if self.kind is None:
            return []
        return shapes_of(self.municipality, self.kind, self.today, self.language)

    @cached_property
    def town(self) -> Town:
        """The whole town."""
        return town_of(self.municipality)

    @cached_property
    def lines(self) -> list[Line[Neighbourhood]]:
        """Every row of the table, by name."""
        rows = neighbourhoods(self.municipality, self.shapes, timezone.now(), self.today)
        return words.lines_of(rows, self.municipality.slug, self.order)

    @cached_property
    def months(self) -> list[Month]:
        """The months that are over; none before people are told at all."""
        if self.kind is None or self.town.residents is None:
            return []
        return months_of(self.municipality, self.kind, self.shapes, self.today)

    @property
    def order(self) -> list[str]:
        """Languages in which a name is looked for when the reader's is missing."""
        return list(self.municipality.languages)

    def get_queryset(self) -> list[Line[Neighbourhood]]:  # type: ignore[override]
        """Rows with their numbers: they are reckoned, not stored."""
        return self.lines

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries, whatever there is."""
        context = super().get_context_data(**kwargs)
        told = [month for month in self.months if month.number is not None]
        month = self._month(told)
        town, now = self.municipality, timezone.now()
        votes = told_by_zone(town, now) if "consultations" in town.modules else []
        return {
            **context,
            "page": context["page_obj"],
            "town": self.town,
            "sentence": words.sentence(self.town, self.months[-1] if self.months else None),
            "confirmed": confirmed_of(town, self.today) if self.town.residents else None,
            "legend": words.legend_of([line.found for line in self.lines]),
            "kind": self.kind,
            "months": [_month_row(one) for one in reversed(self.months)],
            "month": month and _month_row(month),
            "zone_rows": words.zone_rows(month, self.names) if month else [],
            "way_rows": words.way_rows(month) if month else [],
            "votes": [{"name": one.name, "path": process_path(one)} for one in votes],
            "least": K,
            "bbox": box_around([shape.geometry for shape in self.shapes]) or self.bbox,
            "limits": self.bbox,
        }

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of zones by number."""
        return words.names_of(self.shapes, self.order)

    def _month(self, told: list[Month]) -> Month | None:
        """The month asked for, else the last one that says anything."""
        asked = self.request.GET.get("month", "")
        if not asked:
            return next(reversed(told), None)
        found = next((one for one in told if f"{one.first:%Y-%m}" == asked), None)
        if found is None:
            raise Http404
        return found

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The table, the shapes with the same numbers, and the months."""
        return {"csv": self._csv, "geojson": self._geojson, "months": self._months}

    def _csv(self) -> HttpResponseBase:
        rows = (tuple(_plain(line).values()) for line in self.lines)
        return csv_file(f"{self.municipality.slug}-adoption", COLUMNS, rows)

    def _geojson(self) -> HttpResponseBase:
        features = (
            (
                line.found.shape.geometry,
                {**_plain(line), "step": line.step, "label": words.label_of(line)},
            )
            for line in self.lines
        )
        return geojson_file(f"{self.municipality.slug}-adoption", features)

    def _months(self) -> HttpResponseBase:
        rows = self._month_lines()
        return csv_file(f"{self.municipality.slug}-adoption-months", MONTH_COLUMNS, rows)

    def _month_lines(self) -> Iterator[tuple[object, ...]]:
        for month in self.months:
            first = f"{month.first:%Y-%m}"
            yield first, "town", "", month.number
            for row in words.zone_rows(month, self.names):
                yield first, "zones", " + ".join(row["names"]), row["number"]
            for row in words.way_rows(month):
                yield first, "ways", " + ".join(row["names"]), row["number"]


def _month_row(month: Month) -> dict[str, Any]:
    return {
        "value": f"{month.first:%Y-%m}",
        "words": words.month_words(month.first),
        "number": month.number,
    }


def _plain(line: Line[Neighbourhood]) -> dict[str, Any]:
    found = line.found
    values = (
        found.zone, line.name, found.addresses, found.residents, found.share, found.signs,
        found.rated, found.reports, found.rate,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
