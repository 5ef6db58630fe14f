"""Addresses of the pages for everybody: open data, embedded figures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
