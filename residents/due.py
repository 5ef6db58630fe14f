"""What waits at the residents' desk: addresses nobody knows, letters with codes to print."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from departments.access import Right, areas_with, memberships_with
from departments.due import Due, waiting
from residents.models import AddressLetter, AddressQuestion, Residence
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Of the homes in the own areas, where the town registers residents."""
    today = civil_day(now, municipality.timezone)
    if "notices" not in municipality.modules:
        return []
    if not memberships_with(user, municipality, Right.REGISTER, today).exists():
        return []
    areas = areas_with(user, municipality, Right.REGISTER, today)
    homes = Residence.objects.in_municipality(municipality).belonging_to(areas)
    asked = AddressQuestion.objects.in_municipality(municipality).unsettled()
    finished = asked.filter(residence__in=homes, residence__resident__finished_at__isnull=False)
    letters = AddressLetter.objects.in_municipality(municipality).filter(residence__in=homes)
    unknown, pile = finished.count(), letters.to_print().count()
    look = ngettext(
        "%(count)d address is not in the register",
        "%(count)d addresses are not in the register",
        unknown,
    )
    printing = ngettext(
        "%(count)d letter with a code waits to be printed",
        "%(count)d letters with codes wait to be printed",
        pile,
    )
    return waiting(
        [
            Due("addresses", "search", unknown, look, "desk/residents/questions/"),
            Due("code_letters", "print", pile, printing, "desk/residents/letters/"),
        ]
    )
