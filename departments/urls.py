"""Addresses of what a town sets about its offices and staff; all below /<slug>/town/."""

from django.urls import URLPattern

app_name = "departments"

urlpatterns: list[URLPattern] = []
