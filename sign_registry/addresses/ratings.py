"""Addresses of the pages about ratings."""

from django.urls import URLPattern, path

from sign_registry.views.ratings import SetAsideDecisionView, SetAsideListView

urlpatterns: list[URLPattern] = [
    path("town/ratings/", SetAsideListView.as_view(), name="ratings"),
    path("town/ratings/<uuid:pk>/", SetAsideDecisionView.as_view(), name="rating_case"),
]
