"""Addresses of the figures of adoption."""

from django.urls import path

from portal.views.adoption import AdoptionView

urlpatterns = [path("<slug:slug>/press/adoption/", AdoptionView.as_view(), name="adoption")]
