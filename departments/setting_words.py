"""How the history calls what this app sets."""

from django.utils.translation import gettext_lazy as _

from departments.models import Department, Membership, Works
from zones.setting_words import register_subject


def name_settings() -> None:
    """Register every kind; called when the app is ready."""
    _name_offices()
    _name_staff()


def _name_offices() -> None:
    register_subject(
        "department",
        _("Departments"),
        {
            "code": _("Code"),
            "names": _("Name"),
            "kind": _("Kind"),
            "parent": _("Belongs to"),
            "calendar": _("Calendar"),
            "email": _("E-mail"),
            "phone": _("Telephone"),
            "address": _("Address"),
            "is_active": _("In use"),
        },
        {"kind": dict(Department.Kind.choices)},
    )
    register_subject(
        "calendar",
        _("Calendars"),
        {
            "code": _("Code"),
            "names": _("Name"),
            "country": _("Country of the public holidays"),
            "version": _("Version"),
            "days": _("Days that differ"),
            "source": _("Act it follows"),
        },
    )
    register_subject(
        "works",
        _("Works"),
        {
            "names": _("Title"),
            "texts": _("Text"),
            "kind": _("Kind"),
            "owner": _("Department"),
            "geometry": _("Where"),
            "starts_on": _("First day"),
            "ends_on": _("First day after"),
            "is_public": _("Shown to residents"),
        },
        {"kind": dict(Works.Kind.choices)},
    )


def _name_staff() -> None:
    register_subject(
        "membership",
        _("Roles of staff"),
        {
            "person": _("Person"),
            "role": _("Role"),
            "department": _("Department"),
            "areas": _("Areas"),
            "valid_from": _("First day"),
            "valid_until": _("First day without it"),
            "deputy_for": _("Stands in for"),
        },
        {"role": dict(Membership.Role.choices)},
    )
    register_subject(
        "invitation",
        _("Invitations"),
        {"invitation": _("Invitation")},
        {"invitation": {"sent": _("sent"), "withdrawn": _("withdrawn")}},
    )
