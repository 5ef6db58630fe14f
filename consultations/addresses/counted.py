"""Addresses of counts and results."""

from django.urls import URLPattern, path

from consultations.views.by_zone import ZonesView

urlpatterns: list[URLPattern] = [
    path("consultations/<int:pk>/zones/", ZonesView.as_view(), name="zones"),
]
