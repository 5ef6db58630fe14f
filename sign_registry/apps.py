"""Names the sign_registry app for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignRegistryConfig(AppConfig):
    """Sites, signs and ratings."""

    name = "sign_registry"
    verbose_name = _("signs")
