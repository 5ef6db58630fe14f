"""Addresses of what leaves the house: pictures, texts and tables of figures."""

from django.urls import URLPattern, path

from satisfaction.views.exports import (
    ExportPageView,
    GeoTableView,
    ParquetTableView,
    PictureView,
    TableView,
    TextView,
)

urlpatterns: list[URLPattern] = [
    path("press/export/", ExportPageView.as_view(), name="press_export"),
    path("press/picture.<str:form>", PictureView.as_view(), name="press_picture"),
    path("press/text.txt", TextView.as_view(), name="press_text"),
    path("press/table.csv", TableView.as_view(), name="press_table_csv"),
    path("press/table.geojson", GeoTableView.as_view(), name="press_table_geojson"),
    path("press/table.parquet", ParquetTableView.as_view(), name="press_table_parquet"),
]
