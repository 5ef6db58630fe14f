"""Names the departments app for Django."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class DepartmentsConfig(AppConfig):
    """Staff of a municipality and their roles."""

    name = "departments"
    verbose_name = _("departments")

    def ready(self) -> None:
        """Listen to sign-ins, name what is set here, and say which links are dead."""
        import_string("departments.receivers.answer_invitations")
        import_string("departments.setting_words.name_settings")()
        import_string("accounts.invitations.register_check")(
            import_string("departments.services.invitations.is_wanted")
        )
