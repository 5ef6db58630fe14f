"""Consultations as everybody reads them: the list, and the page of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from consultations.models import Process
from consultations.present.drawing import drawing_of
from consultations.present.reading import (
    area_words,
    doors_of,
    process_row,
    shapes_of,
    timeline,
)
from consultations.present.verdicts import told_to
from consultations.present.voices import counts_of
from consultations.views.base import ConsultationsView, ProcessView
from consultations.voicing import phases_by_kind
from zones.asked_place import AskedPlaceView
from zones.exports import csv_file, geojson_file
from zones.models import Zone
from zones.names import in_language
from zones.views import ExportedView

COLUMNS = ("number", "title", "published", "phases", "area", "address")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which consultations are asked for: of a neighbourhood, of an address."""

    zone: Zone | None = None
    words: str = ""
    point: Point | None = None

    def query(self) -> str:
        """The same choice as the end of an address."""
        given = {"zone": self.zone.pk if self.zone else "", "q": self.words}
        return urlencode({name: value for name, value in given.items() if value})


class ProcessListView(ConsultationsView, AskedPlaceView, ExportedView, ListView[Process]):
    """Every published consultation, those that are open first; also as CSV and GeoJSON."""

    template_name = "consultations/list.html"
    paginate_by = 20

    @cached_property
    def choice(self) -> Choice:
        """As the address names it; an unknown zone is not found, an address may be."""
        return Choice(self.asked_zone, self.asked_words, self.asked_point)

    def get_queryset(self) -> QuerySet[Process]:
        """What the choice leaves."""
        rows = Process.objects.in_municipality(self.municipality).published()
        if self.choice.words and self.choice.point is None:
            return rows.none()
        for shape in self.asked_shapes:
            rows = rows.touching(shape)
        rows = rows.open_first(timezone.now()).select_related("municipality", "area")
        return rows.prefetch_related("phases")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the areas."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them, numbered as on the map."""
        context = super().get_context_data(**kwargs)
        page, now = context["page_obj"], timezone.now()
        rows = [process_row(one, now) for one in page.object_list]
        page.object_list = [
            {**row, "number": number} for number, row in enumerate(rows, page.start_index())
        ]
        zones = Zone.objects.in_municipality(self.municipality).in_force(self.today).areas()
        return {
            **context,
            "page": page,
            "choice": self.choice,
            "query": self.choice.query(),
            "is_unknown": bool(self.choice.words and self.choice.point is None),
            "zones": zones.by_name(self.language),
            "places": [
                {"number": row["number"], "place": row["place"]}
                for row in page.object_list
                if row["place"]
            ],
            "bbox": self.bbox,
            "limits": self.bbox,
        }

    def _plain(self) -> list[tuple[GEOSGeometry | None, dict[str, Any]]]:
        return [
            (one.area.geometry if one.area else None, _plain(one))
            for one in self.get_queryset().iterator(chunk_size=200)
        ]

    def _csv(self) -> HttpResponseBase:
        rows = (list(values.values()) for _, values in self._plain())
        return csv_file(f"{self.municipality.slug}-consultations", COLUMNS, rows)

    def _geojson(self) -> HttpResponseBase:
        return geojson_file(f"{self.municipality.slug}-consultations", self._plain())


class ProcessPageView(ProcessView, TemplateView):
    """One consultation: what it is about, what may be done until when, and whether I count."""

    template_name = "consultations/page.html"

    @property
    def own(self) -> QuerySet[Process]:
        """Withdrawn ones as well: the page then says why."""
        readable = (Process.State.PUBLISHED, Process.State.WITHDRAWN)
        return Process.objects.in_municipality(self.municipality).filter(state__in=readable)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything in words, on the map, and the panel of whoever is signed in."""
        one, now = self.process, timezone.now()
        user = self.request.user
        counts = counts_of(one)
        return super().get_context_data(
            process=one,
            title=one.name,
            text=in_language(one.texts, self.municipality.languages),
            timeline=timeline(one, now),
            doors=doors_of(one, now),
            can_say=bool(phases_by_kind(one.phases.all(), now)),
            area=area_words(one),
            shapes=shapes_of(one),
            drawing=drawing_of(one),
            department=in_language(one.department.names, self.municipality.languages),
            told=told_to(user, one, now) if user.is_authenticated else None,
            counts=counts["every"],
            said=counts["all"],
            bbox=self.bbox,
            **kwargs,
        )


def _plain(one: Process) -> dict[str, Any]:
    town = one.municipality
    phases = sorted(one.phases.all(), key=lambda row: (row.starts_at, row.pk))
    spans = (
        f"{row.kind} {row.starts_at.isoformat()}/{row.ends_at.isoformat() if row.ends_at else ''}"
        for row in phases
    )
    return {
        "number": one.number,
        "title": in_language(one.names, town.languages),
        "published": one.published_at.isoformat() if one.published_at else "",
        "phases": "; ".join(spans),
        "area": area_words(one),
        "address": f"/{town.slug}/consultations/{one.pk}/",
    }
