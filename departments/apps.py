"""Names the departments app for Django."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class DepartmentsConfig(AppConfig):
    """Staff of a municipality and their roles."""

    name = "departments"
    verbose_name = _("departments")

    def ready(self) -> None:
        """Listen to sign-ins, and say how the history calls what is set here."""
        import_string("departments.receivers.answer_invitations")
        import_string("departments.setting_words.name_settings")()
