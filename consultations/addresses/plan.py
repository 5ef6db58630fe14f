"""Addresses of those who prepare a consultation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
