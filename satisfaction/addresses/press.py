"""Addresses of the pages for the press office."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
