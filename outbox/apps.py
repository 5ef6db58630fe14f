"""Names the outbox app for Django."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Messages that leave the town."""

    name = "outbox"
    verbose_name = _("outgoing messages")

    def ready(self) -> None:
        """Settings are looked at when the program starts."""
        import_string("outbox.checks.delivery_settings")
