"""The app and its name."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Reports of residents."""

    name = "incidents"
    verbose_name = _("reports")

    def ready(self) -> None:
        """Listen to calendars that are published, and name what is set here for the history."""
        import_string("incidents.setting_words.name_settings")()
        import_string("incidents.receivers.follow_calendar")
