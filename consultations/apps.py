"""The app and its name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """What residents decide together."""

    name = "consultations"
    verbose_name = _("consultations")
