"""Addresses of the pages for the press office."""

from django.urls import URLPattern, path

from satisfaction.views.press import PressView
from satisfaction.views.press_alerts import PressAlertListView
from satisfaction.views.press_map import PressMapView, PressSurfaceView
from satisfaction.views.press_site import PressSiteView

urlpatterns: list[URLPattern] = [
    path("press/", PressView.as_view(), name="press"),
    path("press/map.json", PressMapView.as_view(), name="press_map"),
    path("press/surface.png", PressSurfaceView.as_view(), name="press_surface"),
    path("press/sites/<int:pk>/", PressSiteView.as_view(), name="press_site"),
    path("press/alerts/", PressAlertListView.as_view(), name="press_alerts"),
]
