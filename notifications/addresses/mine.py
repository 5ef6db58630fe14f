"""Addresses of what a resident follows and hears."""

from django.urls import URLPattern, path

from notifications.views.inbox import (
    InboxOpenView,
    InboxReadAllView,
    InboxRemoveView,
    InboxView,
)
from notifications.views.preferences import MuteView, PreferencesView, UnmuteView
from notifications.views.stopping import StopLettersView

urlpatterns: list[URLPattern] = [
    path("inbox/", InboxView.as_view(), name="inbox"),
    path("inbox/read/", InboxReadAllView.as_view(), name="inbox_read"),
    path("inbox/<int:pk>/", InboxOpenView.as_view(), name="inbox_open"),
    path("inbox/<int:pk>/remove/", InboxRemoveView.as_view(), name="inbox_remove"),
    path("preferences/", PreferencesView.as_view(), name="preferences"),
    path("news/<int:pk>/mute/", MuteView.as_view(), name="mute"),
    path("muted/<int:pk>/undo/", UnmuteView.as_view(), name="unmute"),
    path("unsubscribe/<str:token>/", StopLettersView.as_view(), name="stop"),
]
