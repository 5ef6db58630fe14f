"""Names the submissions app for Django."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """Files and texts handed in by outsiders."""

    name = "submissions"
    verbose_name = _("submissions")

    def ready(self) -> None:
        """Make the quarantine, where large uploads wait to be cleaned."""
        if settings.FILE_UPLOAD_TEMP_DIR:
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
