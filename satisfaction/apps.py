"""Registers the app."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class SatisfactionConfig(AppConfig):
    """Figures about ratings."""

    name = "satisfaction"
    verbose_name = _("satisfaction")

    def ready(self) -> None:
        """Say how the history calls what owners of places decide."""
        import_string("satisfaction.setting_words.name_settings")()
