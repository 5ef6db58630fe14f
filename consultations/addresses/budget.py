"""Addresses of proposals and their review."""

from django.urls import URLPattern, path

from consultations.views.projects import ProjectListView, ProjectView, ProposeView
from consultations.views.review import (
    OpinionListView,
    OpinionView,
    ReviewListView,
    ReviewNewView,
    ReviewProjectView,
)

_PLAN = "plan/consultations/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("consultations/<int:pk>/propose/", ProposeView.as_view(), name="propose"),
    path("consultations/<int:pk>/projects/", ProjectListView.as_view(), name="projects"),
    path("consultations/<int:pk>/projects/<int:project>/", ProjectView.as_view(), name="project"),
    path(f"{_PLAN}projects/", ReviewListView.as_view(), name="review"),
    path(f"{_PLAN}projects/new/", ReviewNewView.as_view(), name="review_new"),
    path(f"{_PLAN}projects/<int:project>/", ReviewProjectView.as_view(), name="review_project"),
    path(f"{_PLAN}opinions/", OpinionListView.as_view(), name="opinions"),
    path(f"{_PLAN}opinions/<int:project>/", OpinionView.as_view(), name="opinion"),
]
