"""Addresses of registration."""

from django.urls import URLPattern, path

from residents.views.join import JoinCodeView, JoinHelpView, JoinView
from residents.views.join_home import JoinDoneView, JoinHomeView

urlpatterns: list[URLPattern] = [
    path("join/", JoinView.as_view(), name="join"),
    path("join/code/", JoinCodeView.as_view(), name="join_code"),
    path("join/address/", JoinHomeView.as_view(), name="join_address"),
    path("join/done/", JoinDoneView.as_view(), name="join_done"),
    path("join/help/", JoinHelpView.as_view(), name="join_help"),
]
