"""Addresses of an installation whose operator named a directory."""

from django.urls import include, path

from accounts.urls import directory_urls
from config import urls

urlpatterns = [path("accounts/", include(directory_urls())), *urls.urlpatterns]
