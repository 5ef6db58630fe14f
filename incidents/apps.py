"""The app and its name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Reports of residents."""

    name = "incidents"
    verbose_name = _("reports")
