"""Registers the portal; it has no models."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The app that puts the others together."""

    name = "portal"
