"""Other institutions and outages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
