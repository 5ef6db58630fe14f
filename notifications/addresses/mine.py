"""Addresses of what a resident follows and hears."""

from django.urls import URLPattern, path

from notifications.views.following import (
    FollowedView,
    FollowingView,
    FollowView,
    StopFollowingView,
)
from notifications.views.inbox import (
    InboxOpenView,
    InboxReadAllView,
    InboxRemoveView,
    InboxView,
)
from notifications.views.preferences import MuteView, PreferencesView, UnmuteView
from notifications.views.push import PushAgreeView, PushEndView
from notifications.views.stopping import StopLettersView

urlpatterns: list[URLPattern] = [
    path("inbox/", InboxView.as_view(), name="inbox"),
    path("inbox/read/", InboxReadAllView.as_view(), name="inbox_read"),
    path("inbox/<int:pk>/", InboxOpenView.as_view(), name="inbox_open"),
    path("inbox/<int:pk>/remove/", InboxRemoveView.as_view(), name="inbox_remove"),
    path("following/", FollowingView.as_view(), name="following"),
    path("following/add/", FollowView.as_view(), name="follow"),
    path("following/<int:pk>/", FollowedView.as_view(), name="followed"),
    path("following/<int:pk>/stop/", StopFollowingView.as_view(), name="stop_following"),
    path("preferences/", PreferencesView.as_view(), name="preferences"),
    path("news/<int:pk>/mute/", MuteView.as_view(), name="mute"),
    path("muted/<int:pk>/undo/", UnmuteView.as_view(), name="unmute"),
    path("push/", PushAgreeView.as_view(), name="push_agree"),
    path("push/<int:pk>/end/", PushEndView.as_view(), name="push_end"),
    path("unsubscribe/<str:token>/", StopLettersView.as_view(), name="stop"),
]
