"""Addresses of the pages about comments."""

from django.urls import URLPattern, path

from sign_registry.views.comments import CommentListView

urlpatterns: list[URLPattern] = [
    path("town/comments/", CommentListView.as_view(), name="comments"),
]
