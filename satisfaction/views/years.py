"""The satisfaction report of each year, as a page and as PDF."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import ListView, TemplateView

from departments.access import Right, may
from satisfaction.documents.sheets import Sheet, as_pdf
from satisfaction.documents.year import year_sheet
from satisfaction.models import Snapshot
from satisfaction.present.years import year_news
from satisfaction.selection import snapshots_for
from satisfaction.views.digest import pdf_file
from satisfaction.views.press_base import PressPage


class YearListView(PressPage, ListView[Snapshot]):
    """The years with figures, newest first."""

    template_name = "satisfaction/years.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Snapshot]:
        """One report a year, by the newest method."""
        every = snapshots_for(self.municipality, self.today, is_staff=True)
        return (
            every.of_span(Snapshot.Span.YEAR)
            .order_by("-first_day", "-method")
            .distinct("first_day")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page of years, and whether a rule of the country asks for the report."""
        context = super().get_context_data(**kwargs)
        is_asked_for = self.municipality.country == "BG"
        return {**context, "page": context["page_obj"], "is_asked_for": is_asked_for}


class YearPage(PressPage):
    """What page and PDF share."""

    def sheet_of(self, year: int) -> Sheet:
        """The report of a year; no such page where it has no figures."""
        if not dt.MINYEAR <= year <= dt.MAXYEAR:
            raise Http404
        every = snapshots_for(self.municipality, self.today, is_staff=True)
        of_year = every.of_span(Snapshot.Span.YEAR).filter(first_day=dt.date(year, 1, 1))
        snapshot = of_year.select_related("municipality").first()
        if snapshot is None:
            raise Http404
        origin = self.request.build_absolute_uri("/").rstrip("/")
        return year_sheet(year_news(snapshot, origin=origin, today=self.today), self.language)


class YearView(YearPage, TemplateView):
    """The report to read."""

    template_name = "satisfaction/year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The report in words and tables."""
        return super().get_context_data(
            sheet=self.sheet_of(kwargs["year"]),
            may_publish=may(self.request.user, self.municipality, Right.PUBLISH),
            **kwargs,
        )


class YearPdfView(YearPage):
    """The report to send."""

    right = Right.PUBLISH

    def get(self, request: HttpRequest, slug: str, year: int) -> HttpResponse:
        """A file to publish."""
        return pdf_file(as_pdf(self.sheet_of(year)), f"{slug}-satisfaction-{year}")
