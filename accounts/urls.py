"""Addresses of sign-in; passkeys, codes and the like come with the institutions."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import SignInView

urlpatterns = [
    path("", SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
