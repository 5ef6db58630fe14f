"""Addresses of the pages about crew."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
