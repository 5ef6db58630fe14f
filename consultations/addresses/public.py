"""Addresses of what everybody reads and says."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
