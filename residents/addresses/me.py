"""Addresses of one's own data as a resident."""

from django.urls import URLPattern, path

from residents.views.me import (
    AskLetterView,
    CodeView,
    LeaveView,
    MeView,
    MoveView,
    NotMeView,
    UnitView,
)

urlpatterns: list[URLPattern] = [
    path("me/", MeView.as_view(), name="me"),
    path("me/move/", MoveView.as_view(), name="move"),
    path("me/flat/", UnitView.as_view(), name="unit"),
    path("me/letter/", AskLetterView.as_view(), name="ask_letter"),
    path("me/code/", CodeView.as_view(), name="code"),
    path("me/not-me/", NotMeView.as_view(), name="not_me"),
    path("me/leave/", LeaveView.as_view(), name="leave"),
]
