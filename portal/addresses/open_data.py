"""Addresses of what a town has open as files, under /<slug>/open/."""

from django.urls import path

from portal.views import open_geodata

app_name = "open"
urlpatterns = [
    path("catalog.jsonld", open_geodata.CatalogueView.as_view(), name="catalogue"),
    path("geodata/", open_geodata.OpenGeodataView.as_view(), name="geodata"),
    path(
        "geodata/now/<slug:collection>.<str:file_format>",
        open_geodata.NowFileView.as_view(),
        name="now",
    ),
    path(
        "geodata/<str:month>/<slug:collection>.<str:file_format>",
        open_geodata.EditionFileView.as_view(),
        name="edition",
    ),
]
