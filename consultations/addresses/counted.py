"""Addresses of counts and results."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
