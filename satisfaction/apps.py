"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SatisfactionConfig(AppConfig):
    """Figures about ratings."""

    name = "satisfaction"
    verbose_name = _("satisfaction")
