"""The app and its name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionsConfig(AppConfig):
    """What residents ask the town, answered in public."""

    name = "questions"
    verbose_name = _("questions to the town")
