"""Names the zones app for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ZonesConfig(AppConfig):
    """Municipalities, zones, streets and addresses."""

    name = "zones"
    verbose_name = _("zones")
