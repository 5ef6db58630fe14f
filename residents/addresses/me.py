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
    path("<slug:slug>/me/", MeView.as_view(), name="me"),
    path("<slug:slug>/me/move/", MoveView.as_view(), name="move"),
    path("<slug:slug>/me/flat/", UnitView.as_view(), name="unit"),
    path("<slug:slug>/me/letter/", AskLetterView.as_view(), name="ask_letter"),
    path("<slug:slug>/me/code/", CodeView.as_view(), name="code"),
    path("<slug:slug>/me/not-me/", NotMeView.as_view(), name="not_me"),
    path("<slug:slug>/me/leave/", LeaveView.as_view(), name="leave"),
]
