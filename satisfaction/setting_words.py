"""How the history calls what owners of places decide."""

from django.utils.translation import gettext_lazy as _

from satisfaction.models import Alert
from zones.setting_words import register_subject


def name_settings() -> None:
    """Register every kind; called when the app is ready."""
    register_subject(
        "worsening",
        _("Worsenings"),
        {
            "state": _("State"),
            "since": _("Since about"),
            "score_before": _("Score before"),
            "score_after": _("Score after"),
            "answer_due_on": _("Answer due"),
            "works": _("Works"),
            "replies": _("Reply"),
            "reason": _("Why it was closed"),
        },
        {"state": dict(Alert.State.choices)},
    )
