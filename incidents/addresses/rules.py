"""Categories, rules of competence, keys: below town/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
