"""How long departments take and where reports are dense, for everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView

from departments.models import Department
from incidents.present.figures import (
    SPAN_DAYS,
    TIME_COLUMNS,
    case_times,
    cases,
    figures_by_area,
    figures_by_department,
    of_last_year,
)
from incidents.present.heat import by_area, by_street, shapes_of
from incidents.present.public import area_names
from incidents.statistics import LEAST, figures_of
from incidents.views.gate import ReportsView
from zones.exports import csv_file
from zones.models import ZoneKind


class DepartmentListView(ReportsView, TemplateView):
    """Every department that answers reports, with its figures."""

    template_name = "incidents/public/departments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries, linear in the reports of a year."""
        town = self.municipality
        rows = cases(of_last_year(town, timezone.now()), town, self.today)
        figures = figures_by_department(rows)
        offices = Department.objects.in_municipality(town).filter(pk__in=figures)
        listed = [{"office": one, "figures": figures[one.pk]} for one in offices]
        return super().get_context_data(
            rows=sorted(listed, key=lambda row: row["office"].name),
            whole=figures_of([row.case for row in rows]),
            least=LEAST,
            days=SPAN_DAYS,
            **kwargs,
        )


class DepartmentView(ReportsView, TemplateView):
    """The figures of one department, by neighbourhood."""

    template_name = "incidents/public/department.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Three queries, linear in the department's reports of a year."""
        town = self.municipality
        own = Department.objects.in_municipality(town)
        office = get_object_or_404(own, code=kwargs["code"])
        found = of_last_year(town, timezone.now()).filter(department=office)
        rows = cases(found, town, self.today)
        return super().get_context_data(
            office=office,
            figures=figures_of([row.case for row in rows]),
            areas=figures_by_area(rows, area_names(town)),
            least=LEAST,
            days=SPAN_DAYS,
            **kwargs,
        )


class CaseTimesView(ReportsView):
    """Raw times of public cases as open data; of one department with `?department=`."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """A table without words, names and references."""
        town = self.municipality
        rows = of_last_year(town, timezone.now())
        code = request.GET.get("department", "")
        if code:
            own = Department.objects.in_municipality(town)
            rows = rows.filter(department=get_object_or_404(own, code=code.replace("\x00", "")))
        response = csv_file(f"{slug}-times", TIME_COLUMNS, case_times(rows, town, self.today))
        response["Access-Control-Allow-Origin"] = "*"
        return response


class HeatView(ReportsView, TemplateView):
    """Where reports are dense: by kilometre of street, by people of a neighbourhood."""

    template_name = "incidents/public/heat.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both lists; the map shows the one asked for."""
        town = self.municipality
        rows = of_last_year(town, timezone.now())
        is_streets = self.request.GET.get("by") != "areas"
        if is_streets:
            listed = by_street(rows, town)
        else:
            kinds = ZoneKind.objects.in_municipality(town).areas().order_by("-is_partition", "pk")
            kind = kinds.values_list("code", flat=True).first() or ""
            listed = by_area(rows, town, kind, self.today)
        return super().get_context_data(
            rows=listed,
            is_streets=is_streets,
            shapes=shapes_of(listed),
            least=LEAST,
            days=SPAN_DAYS,
            bbox=self.bbox,
            **kwargs,
        )
