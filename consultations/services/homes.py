"""Where somebody lives as far as a consultation asks: the home on a day, and whose vote counts."""

import datetime as dt
from typing import TYPE_CHECKING

from consultations.eligibility import Home, Rule, Verdict, Whose, judge
from consultations.models import EligibilityRule, Process
from consultations.phases import Action
from residents.models import Residence, ResidentZone
from zones.days import civil_day

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def residence_of(user: "User | AnonymousUser", process: Process, on: dt.date) -> Residence | None:
    """Where a person lives in the town on a civil day; nothing for who never registered."""
    if not user.is_authenticated:
        return None
    rows = Residence.objects.filter(
        resident__user=user,
        resident__municipality=process.municipality,
        resident__finished_at__isnull=False,
        valid_from__lte=on,
    ).exclude(valid_until__lte=on)
    kept = rows.select_related("resident", "address__street", "address__municipality")
    return kept.order_by("-valid_from", "-pk").first()


def home_of(residence: Residence | None, process: Process, on: dt.date) -> Home | None:
    """What the rules ask about a residence; the area decides by `covers`."""
    if residence is None:
        return None
    held = ResidentZone.objects.filter(residence=residence, valid_until__isnull=True)
    area = process.area.geometry if process.area is not None else None
    year = residence.resident.birth_year
    return Home(
        assurance=residence.assurance,
        zones=frozenset(held.values_list("zone_id", flat=True)),
        is_in_area=area is None or bool(area.covers(residence.location)),
        age=None if year is None else on.year - year - 1,
    )


def rule_of(process: Process, action: Action) -> Rule:
    """Whose voice counts for an action; where nothing was set the area, without one the town."""
    row = EligibilityRule.objects.filter(process=process, action=action).first()
    if row is None:
        return Rule(Whose.AREA if process.area_id else Whose.TOWN)
    return Rule(
        whose=Whose(row.whose),
        zones=frozenset(row.zones.values_list("pk", flat=True)),
        others=row.others,
        assurance=row.assurance,
        least_age=row.least_age,
    )


def verdict_for(
    user: "User | AnonymousUser", process: Process, action: Action, now: dt.datetime
) -> Verdict:
    """Whether a person's voice counts for an action, and why; on the reference date."""
    on = reference_of(process, now)
    return judge(rule_of(process, action), home_of(residence_of(user, process, on), process, on))


def reference_of(process: Process, now: dt.datetime) -> dt.date:
    """The civil day on which homes count: the one that was set, else today."""
    return process.reference_on or civil_day(now, process.municipality.timezone)
