"""The desk of departments: sorting, inbox, cases, answers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
