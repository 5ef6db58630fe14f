"""Lines of a roll in words."""

from typing import Any

from django.utils.translation import gettext as _

from consultations.eligibility import Why
from consultations.models import RollEntry


def reason_words(why: str) -> str:
    """A reason as short as a table needs."""
    return {
        Why.COUNTED: _("may vote"),
        Why.NO_RESIDENCE: _("no home in the town that day"),
        Why.OUTSIDE: _("lives outside the area"),
        Why.NOT_SURE_ENOUGH: _("address not confirmed"),
        Why.TOO_YOUNG: _("too young"),
        Why.STRUCK: _("struck by decision"),
    }[Why(why)]


def line_cells(one: RollEntry) -> dict[str, Any]:
    """A line without any name."""
    return {
        "zone": one.zone.name if one.zone else "",
        "why": one.why,
        "reason": reason_words(one.why),
    }
