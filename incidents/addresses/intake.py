"""Reports by telephone, on paper and by mail."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
