"""Joins the addresses of the apps to one root; each app keeps its own list."""

from django.urls import URLPattern, URLResolver, path

from portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
