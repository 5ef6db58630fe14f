"""Addresses of the pages about ratings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
