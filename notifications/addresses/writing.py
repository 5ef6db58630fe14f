"""Addresses of those who write notices."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
