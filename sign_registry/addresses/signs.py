"""Addresses of the pages about signs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
