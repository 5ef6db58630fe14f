"""How the history calls what a town sets about reports."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Category
from zones.setting_words import register_subject


def name_settings() -> None:
    """Register every kind; called when the app is ready."""
    _name_categories()
    _name_rules()


def _name_categories() -> None:
    register_subject(
        "report_category",
        _("Kinds of faults"),
        {
            "code": _("Code"),
            "names": _("Name"),
            "parent": _("Group"),
            "hints": _("Hint"),
            "words": _("Words people search with"),
            "icon": _("Picture"),
            "is_hazard": _("Danger: alarms the duty officer"),
            "danger_texts": _("What to do at once"),
            "shapes": _("Where it is"),
            "reporter": _("A reporter must give"),
            "visibility": _("Everybody sees"),
            "release": _("Becomes public"),
            "regime": _("Legal regime"),
            "target_hours": _("Target in working hours"),
            "family": _("Family"),
            "questions": _("Extra questions"),
            "position": _("Place in the list"),
            "is_active": _("In use"),
        },
        {
            "reporter": dict(Category.Reporter.choices),
            "visibility": dict(Category.Visibility.choices),
            "release": dict(Category.Release.choices),
        },
    )
    register_subject(
        "report_scope", _("Kinds of faults of a role"), {"categories": _("Kinds of faults")}
    )


def _name_rules() -> None:
    register_subject(
        "competence",
        _("Who answers for what"),
        {"version": _("Version"), "order": _("Order of the rules"), "note": _("What changed")},
    )
    register_subject(
        "report_key",
        _("Keys of programs"),
        {"name": _("Name"), "department": _("Department")},
    )
    register_subject(
        "competence_rule",
        _("Rules of who answers"),
        {
            "category": _("Kind of fault"),
            "zone": _("Zone"),
            "street": _("Street"),
            "geometry": _("Where"),
            "within_metres": _("Metres around the street or the drawn line"),
            "site": _("Place"),
            "site_category": _("Places of the kind"),
            "weekdays": _("Weekdays"),
            "hours": _("Hours"),
            "department": _("Who answers"),
            "note": _("Why"),
        },
    )
