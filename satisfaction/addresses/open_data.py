"""Addresses of the pages for everybody: open data, embedded figures."""

from django.urls import URLPattern, path

from satisfaction.views import open_data

urlpatterns: list[URLPattern] = [
    path("open/ratings/", open_data.OpenDataView.as_view(), name="open_data"),
    path("open/ratings/catalog.jsonld", open_data.CatalogueView.as_view(), name="open_catalogue"),
    path(
        "open/ratings/dictionary.<str:language>.csv",
        open_data.DictionaryView.as_view(),
        name="open_dictionary",
    ),
    path(
        "open/ratings/<str:code>.<str:file_format>",
        open_data.OpenFileView.as_view(),
        name="open_file",
    ),
]
