"""Addresses of public news."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
