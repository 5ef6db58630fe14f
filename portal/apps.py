"""Registers the portal; it has no models."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class PortalConfig(AppConfig):
    """The app that puts the others together."""

    name = "portal"

    def ready(self) -> None:
        """Make the deployment checks known to Django."""
        import_string("portal.checks.source_is_named")
