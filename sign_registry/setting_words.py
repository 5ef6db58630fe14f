"""How the history calls what is set about places."""

from django.utils.translation import gettext_lazy as _

from sign_registry.models import SetAsideCase, Site, SiteCategory
from sign_registry.services.set_aside import DECISION
from zones.setting_words import register_subject


def name_settings() -> None:
    """Register every kind; called when the app is ready."""
    _name_places()
    register_subject("site_zone", _("Zones of places"), {"zone": _("Zone"), "reason": _("Reason")})
    register_subject("vehicle_line", _("Lines of vehicles"), {"line": _("Line served now")})
    register_subject(
        DECISION,
        _("Votes set aside"),
        {"state": _("State"), "reason": _("Reason"), "votes": _("Votes")},
        {"state": dict(SetAsideCase.State.choices)},
    )
    register_subject(
        "site_import",
        _("Imports of places"),
        {
            "added": _("New"),
            "changed": _("Changed"),
            "closed": _("Closed"),
            "source": _("Source"),
        },
    )


def _name_places() -> None:
    register_subject(
        "site",
        _("Places"),
        {
            "names": _("Name"),
            "kind": _("Kind"),
            "geometry": _("Where"),
            "parent": _("Centre of a counter"),
            "address": _("Address"),
            "is_staff_sensitive": _("Its score could name one person: never show it alone"),
            "opened_on": _("Open since"),
            "closed_on": _("Closed from"),
            "note": _("Note for the crew"),
            "category": _("Category"),
            "owner": _("Responsible department"),
            "since": _("Category and department hold from"),
        },
        {"kind": dict(Site.Kind.choices)},
    )
    register_subject(
        "site_category",
        _("Categories of places"),
        {
            "names": _("Name"),
            "aspect": _("Asks about"),
            "questions": _("Question"),
            "compare_group": _("Compared with"),
            "is_active": _("In use"),
            "reasons": _("Reasons"),
        },
        {"aspect": dict(SiteCategory.Aspect.choices)},
    )
