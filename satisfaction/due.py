"""What waits for whoever answers for places: worsenings to answer, places with a bad sign."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, Min, OuterRef
from django.utils.translation import ngettext

from departments.access import Right, memberships_with
from departments.due import Due, urgency_of, waiting
from satisfaction.access import owned_sites
from satisfaction.models import Alert
from satisfaction.services.reprints import TROUBLED
from sign_registry.models import Sign
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from departments.due import Person


def due_for(user: "Person", municipality: Municipality, now: dt.datetime) -> list[Due]:
    """Both lines count places, as the page behind them lists places."""
    today = civil_day(now, municipality.timezone)
    held = memberships_with(user, municipality, Right.OWN_SITES, today)
    if not held.exists():
        return []
    sites = owned_sites(municipality, held, today).open_on(today)
    falls = Alert.objects.open().filter(site__in=sites)
    until = falls.aggregate(until=Min("answer_due_on"))["until"]
    fallen = sites.filter(Exists(Alert.objects.open().filter(site=OuterRef("pk")))).count()
    signs = Sign.objects.in_state(*TROUBLED).filter(site=OuterRef("pk"))
    troubled = sites.filter(Exists(signs)).count()
    answer = ngettext(
        "%(count)d worsening waits for your answer",
        "%(count)d worsenings wait for your answer",
        fallen,
    )
    look = ngettext(
        "At %(count)d of your places a sign needs care",
        "At %(count)d of your places signs need care",
        troubled,
    )
    return waiting(
        [
            Due("falls", "warn", fallen, answer, "mine/?waiting=fall",
                urgency_of(until, today), until),
            Due("own_signs", "pin", troubled, look, "mine/?waiting=sign"),
        ]
    )  # fmt: skip
