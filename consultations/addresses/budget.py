"""Addresses of proposals and their review."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
