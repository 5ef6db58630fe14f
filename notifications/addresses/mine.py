"""Addresses of what a resident follows and hears."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
