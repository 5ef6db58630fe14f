"""Addresses of ballots, rolls and papers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
