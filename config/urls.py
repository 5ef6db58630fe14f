"""Joins the addresses of the apps to one root; each app keeps its own list."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/<slug:slug>/v1/", include("zones.api.urls")),
    path("<slug:slug>/tiles/", include("zones.tile_urls")),
    path("", include("portal.addresses.trust")),
    path("<slug:slug>/ogc/", include("portal.addresses.geodata")),
    path("<slug:slug>/open/", include("portal.addresses.open_data")),
    path("<slug:slug>/town/", include("departments.urls")),
    path("<slug:slug>/", include("consultations.urls")),
    path("<slug:slug>/", include("incidents.urls")),
    path("<slug:slug>/", include("notifications.urls")),
    path("<slug:slug>/", include("questions.urls")),
    path("<slug:slug>/", include("residents.urls")),
    path("<slug:slug>/", include("satisfaction.urls")),
    path("<slug:slug>/", include("sign_registry.urls")),
    path("", include("portal.urls")),
]
