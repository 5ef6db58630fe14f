"""Addresses of surveys, of those who write and those who answer."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
