"""Addresses of one's own data as a resident."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
