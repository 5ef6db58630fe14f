"""How the history calls what is done with notices."""

from django.utils.translation import gettext_lazy as _

from notifications.models import Announcement
from notifications.topics import Topic
from zones.setting_words import register_subject


def name_settings() -> None:
    """Register every kind; called when the app is ready."""
    register_subject(
        "notice",
        _("Notices"),
        {
            "state": _("State"),
            "titles": _("Title"),
            "texts": _("Text"),
            "topic": _("Topic"),
            "urgency": _("When it has to be known"),
            "target": _("Who is told"),
            "starts_at": _("From"),
            "ends_at": _("Until"),
            "wanted_at": _("Send not before"),
            "send_at": _("Goes out"),
            "withdrawn_why": _("Why it is withdrawn"),
        },
        {
            "state": dict(Announcement.State.choices),
            "topic": dict(Topic.choices),
            "urgency": dict(Announcement.Urgency.choices),
        },
    )
