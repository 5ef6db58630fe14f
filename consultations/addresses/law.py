"""Addresses of the legal notice."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
