"""Addresses of the pages about comments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
