"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    """See the docstring of the package."""

    name = "residents"
    verbose_name = _("residents")
