"""Makes geo known to Django, for the sake of its system check alone; it has no models."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class GeoConfig(AppConfig):
    """Geometry without towns."""

    name = "geo"

    def ready(self) -> None:
        """Register the self-test of the libraries."""
        import_string("geo.checks.libraries_compute")
