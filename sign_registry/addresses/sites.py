"""Addresses of the pages about sites."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
