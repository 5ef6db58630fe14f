"""Works: list with filters and files, add, change; each person for the offices they act for."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.gis.geos import MultiPoint, Point
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from departments.access import Right, may_for_department
from departments.forms import WorksForm
from departments.last_days import day_after, day_before
from departments.models import Works
from departments.places import geometry_of
from departments.services import WorksFacts, save_works
from departments.views.base import ChangeView, StaffView
from zones.exports import csv_file, geojson_file
from zones.forms import texts_of
from zones.models import Municipality
from zones.paths import here_path
from zones.querysets import names_hold
from zones.views import ExportedView

# Degrees of ground around the outermost works on the map: about a kilometre.
MARGIN = 0.01
STATES = {
    "now": gettext_lazy("under way"),
    "coming": gettext_lazy("coming"),
    "over": gettext_lazy("over"),
}


class WorksListView(StaffView, ExportedView, ListView[Works]):
    """Works of the offices a person acts for, newest first; also as CSV and GeoJSON."""

    right = Right.EDIT_WORKS
    narrows: ClassVar[bool] = True
    template_name = "departments/works.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Works]:
        """What the filters leave."""
        rows = Works.objects.in_municipality(self.municipality)
        if self.own_departments is not None:
            rows = rows.filter(owner__in=self.own_departments)
        state = self.filters["state"]
        if state == "now":
            rows = rows.under_way(self.today)
        elif state == "coming":
            rows = rows.filter(starts_on__gt=self.today)
        elif state == "over":
            rows = rows.filter(ends_on__lte=self.today)
        if self.filters["q"]:
            rows = rows.filter(names_hold(self.filters["q"]))
        return rows.select_related("owner").newest_first()

    @cached_property
    def filters(self) -> dict[str, str]:
        """What the reader chose; what is not known filters nothing."""
        state = self.request.GET.get("state", "")
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        return {"state": state if state in STATES else "", "q": words}

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the shapes."""
        return {"csv": self._csv, "geojson": self._geojson}

    def _csv(self) -> HttpResponseBase:
        columns = (
            "id",
            "kind",
            "title",
            "department",
            "first_day",
            "last_day",
            "is_public",
            "place",
        )
        rows = (
            (*_plain(row).values(), row.geometry.wkt)
            for row in self.get_queryset().iterator(chunk_size=200)
        )
        return csv_file(f"{self.municipality.slug}-works", columns, rows)

    def _geojson(self) -> HttpResponseBase:
        rows = self.get_queryset().iterator(chunk_size=200)
        features = ((row.geometry, _for_json(_plain(row))) for row in rows)
        return geojson_file(f"{self.municipality.slug}-works", features)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        rows = [_row(self.municipality, row) for row in page.object_list]
        numbered = list(enumerate(rows, page.start_index()))
        page.object_list = [{**row, "number": number} for number, row in numbered]
        return {
            **context,
            "page": page,
            "filters": self.filters,
            "states": STATES.items(),
            "places": [
                {"number": number, "place": row["middle"].coords} for number, row in numbered
            ],
            "bbox": _around([row["middle"] for row in rows]) or self.bbox,
            "limits": self.bbox,
        }


class WorksChangeView(ChangeView):
    """Enters works, or changes them."""

    right = Right.EDIT_WORKS
    narrows: ClassVar[bool] = True
    form_class = WorksForm
    submit = gettext_lazy("Save")

    @cached_property
    def works(self) -> Works | None:
        """Those to change; none when some are entered. Those of other offices are refused."""
        if "pk" not in self.kwargs:
            return None
        own = Works.objects.in_municipality(self.municipality).select_related("owner")
        works = get_object_or_404(own, pk=self.kwargs["pk"])
        person = self.membership.user
        if not may_for_department(person, self.municipality, self.right, works.owner, self.today):
            raise PermissionDenied
        return works

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offices the person acts for; a point can come with the link that led here."""
        asked = {name: self.request.GET.get(name, "")[:40] for name in ("longitude", "latitude")}
        own = {
            "municipality": self.municipality,
            "departments": self.own_departments,
            "works": self.works,
            "initial": {"starts_on": self.today, **asked} if self.works is None else {},
        }
        return {**super().get_form_kwargs(), **own}

    def store(self, form: Any) -> str:
        """Save them."""
        data = form.cleaned_data
        facts = WorksFacts(
            owner=data["owner"],
            kind=data["kind"],
            names=texts_of(data),
            texts=texts_of(data, "texts"),
            geometry=geometry_of(self.municipality, data),
            starts_on=data["starts_on"],
            ends_on=day_after(data["last_day"]),
            is_public=data["is_public"],
        )
        saved = save_works(
            municipality=self.municipality, facts=facts, act=self.act, works=self.works
        )
        return _("%(name)s is saved.") % {"name": saved.name}

    def back(self) -> str:
        """The list."""
        return reverse("departments:works", args=[self.municipality.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Their title."""
        title = self.works.name if self.works else _("Enter works")
        return super().get_context_data(title=title, **kwargs)


def _plain(row: Works) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.name,
        "department": row.owner.code,
        "first_day": row.starts_on,
        "last_day": day_before(row.ends_on),
        "is_public": row.is_public,
    }


def _for_json(values: dict[str, Any]) -> dict[str, object]:
    days = {name: str(values[name]) if values[name] else None for name in ("first_day", "last_day")}
    return {**values, **days}


def _row(municipality: Municipality, row: Works) -> dict[str, Any]:
    middle = row.geometry.point_on_surface
    return {
        "works": row,
        "last_day": day_before(row.ends_on),
        "middle": middle,
        "place_url": here_path(municipality.slug, middle.x, middle.y),
    }


def _around(points: list[Point]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of some points with some ground around them; None for no points."""
    if not points:
        return None
    box = MultiPoint(points).extent
    return box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN
