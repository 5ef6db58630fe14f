"""Addresses of the pages for the owners of places."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
