"""Names the submissions app for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """Files and texts handed in by outsiders."""

    name = "submissions"
    verbose_name = _("submissions")
