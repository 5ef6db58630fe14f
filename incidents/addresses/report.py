"""Reporting and following a report, without an account."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
