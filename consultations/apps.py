"""The app and its name."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """What residents decide together."""

    name = "consultations"
    verbose_name = _("consultations")

    def ready(self) -> None:
        """Name what is set here for the history."""
        import_string("consultations.setting_words.name_settings")()
