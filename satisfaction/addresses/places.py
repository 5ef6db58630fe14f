"""Addresses of the public pages of places."""

from django.urls import URLPattern, path

from satisfaction.views.places import PlaceView

urlpatterns: list[URLPattern] = [
    path("sites/<int:pk>/", PlaceView.as_view(), name="place"),
]
