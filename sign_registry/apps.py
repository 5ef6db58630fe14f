"""Names the sign_registry app for Django."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class SignRegistryConfig(AppConfig):
    """Sites, signs and ratings."""

    name = "sign_registry"
    verbose_name = _("signs")

    def ready(self) -> None:
        """Say how the history calls what is set about places."""
        import_string("sign_registry.setting_words.name_settings")()
