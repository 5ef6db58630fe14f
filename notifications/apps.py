"""Registers the app."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """See the docstring of the package."""

    name = "notifications"
    verbose_name = _("notifications")

    def ready(self) -> None:
        """Listen to letters that come back, and name what the history tells of notices."""
        import_string("outbox.services.bounces.register_reaction")(
            import_string("notifications.receivers.stop_writing")
        )
        import_string("notifications.setting_words.name_settings")()
