"""Terms, warnings, sheets of the head."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
