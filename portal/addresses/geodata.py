"""Addresses of a town's open geodata, under /<slug>/ogc/; OGC names end without a slash."""

from django.urls import path

from portal.views import geodata

app_name = "ogc"
urlpatterns = [
    path("", geodata.LandingView.as_view(), name="landing"),
    path("api", geodata.InterfaceView.as_view(), name="api"),
    path("conformance", geodata.ConformanceView.as_view(), name="conformance"),
    path("collections", geodata.CollectionsView.as_view(), name="collections"),
    path("collections/<slug:collection>", geodata.CollectionView.as_view(), name="collection"),
    path(
        "collections/<slug:collection>/queryables",
        geodata.QueryablesView.as_view(),
        name="queryables",
    ),
    path("collections/<slug:collection>/items", geodata.ItemsView.as_view(), name="items"),
    path(
        "collections/<slug:collection>/items/<int:feature>",
        geodata.ItemView.as_view(),
        name="item",
    ),
]
