"""Addresses of what leaves the house: report maps, the week's letter, the year's report, frames."""

from django.urls import URLPattern, path

from satisfaction.services.report_maps import ReportKind
from satisfaction.views.digest import WeekPdfView, WeekView
from satisfaction.views.embed import EmbedPictureView, EmbedSnippetView, EmbedView
from satisfaction.views.reports import ReportFileView, ReportListView, ReportView
from satisfaction.views.years import YearListView, YearPdfView, YearView

# One address for each kind, so that each stands in the table of rights by itself.
_maps: list[URLPattern] = [
    address
    for kind in ReportKind
    for address in (
        path(
            f"press/reports/{kind}/",
            ReportView.as_view(),
            {"kind": kind},
            name=f"report_{kind}",
        ),
        path(
            f"press/reports/{kind}/file.html",
            ReportFileView.as_view(),
            {"kind": kind},
            name=f"report_{kind}_file",
        ),
    )
]

urlpatterns: list[URLPattern] = [
    path("press/reports/", ReportListView.as_view(), name="reports"),
    *_maps,
    path("press/digest/", WeekView.as_view(), name="week"),
    path("press/digest/<str:monday>.pdf", WeekPdfView.as_view(), name="week_pdf"),
    path("press/year/", YearListView.as_view(), name="years"),
    path("press/year/<int:year>/", YearView.as_view(), name="year"),
    path("press/year/<int:year>.pdf", YearPdfView.as_view(), name="year_pdf"),
    path("press/embed/", EmbedSnippetView.as_view(), name="embed_snippet"),
    path("embed/ratings/", EmbedView.as_view(), name="embed"),
    path("embed/ratings.png", EmbedPictureView.as_view(), name="embed_picture"),
]
