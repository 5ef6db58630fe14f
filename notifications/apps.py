"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """See the docstring of the package."""

    name = "notifications"
    verbose_name = _("notifications")
