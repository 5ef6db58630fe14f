"""Names the outbox app for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Messages that leave the town."""

    name = "outbox"
    verbose_name = _("outgoing messages")
