"""What the invented consultations of a demonstration share: people, days, phases, moderation."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from consultations.blueprints import BLUEPRINTS
from consultations.models import Contribution, Process
from consultations.services.moderating import decide
from consultations.services.preparing import Beginning, PhasePlan, begin, set_phases
from departments.models import Department, Membership
from portal.demo_residents import NOBODYS
from residents.models import Residence
from zones.days import civil_day
from zones.models import Municipality, TargetArea

#: A moderator gets round to what was said.
LOOKED_AT_AFTER = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Demo:
    """What all parts of the load need."""

    town: Municipality
    facts: Mapping[str, Any]
    now: dt.datetime
    random: Random
    planner: User
    moderator: User

    @classmethod
    def of(cls, town: Municipality, facts: Mapping[str, Any], now: dt.datetime) -> "Demo":
        """The people of the demonstration; a town without a planner is an error."""
        held = Membership.objects.in_municipality(town).select_related("user").order_by("pk")
        by_role = {one.role: one.user for one in reversed(held)}
        random = Random(f"{town.slug}-{facts['seed']}")  # noqa: S311 - no secret
        return cls(town, facts, now, random, by_role["planner"], by_role["moderator"])

    def midnight(self, days: int) -> dt.datetime:
        """The first moment of a civil day of the town, counted from today."""
        day = civil_day(self.now, self.town.timezone) + dt.timedelta(days=days)
        return dt.datetime.combine(day, dt.time(), ZoneInfo(self.town.timezone))

    def marked(self, text: str) -> str:
        """Words of a resident, marked as invented."""
        return f"{text} {self.facts['mark'][self.town.languages[0]]}"

    def crowd(self, since: dt.datetime) -> list[Residence]:
        """Homes of invented residents who lived here by then, in an order drawn once."""
        homes = Residence.objects.in_municipality(self.town).in_force(
            civil_day(since, self.town.timezone)
        )
        own = homes.filter(resident__user__email__endswith=NOBODYS)
        found = list(own.select_related("resident__user").order_by("pk"))
        self.random.shuffle(found)
        return found


def begun(
    demo: Demo,
    facts: Mapping[str, Any],
    *,
    blueprint: str,
    area: TargetArea | None = None,
    **words: str,
) -> Process:
    """A draft with its phases, as it was on the day before the first of them."""
    plans = [
        PhasePlan(kind, demo.midnight(first), None if last is None else demo.midnight(last))
        for kind, first, last in facts["phases"]
    ]
    before = plans[0].starts_at - dt.timedelta(days=1)
    process = begin(
        municipality=demo.town,
        beginning=Beginning(
            blueprint=BLUEPRINTS[blueprint],
            names={code: text.format(**words) for code, text in facts["names"].items()},
            department=department_of(demo, facts["department"]),
            starts_on=civil_day(plans[0].starts_at, demo.town.timezone),
            area=area,
            texts=facts["texts"],
        ),
        actor=demo.planner,
        now=before,
    )
    set_phases(process=process, plans=plans, actor=demo.planner, now=before)
    return process


def department_of(demo: Demo, code: str) -> Department:
    """A department of the town by its code."""
    return Department.objects.get(municipality=demo.town, code=code)


def released(demo: Demo, said: Contribution, now: dt.datetime) -> Contribution:
    """What was said, after a moderator let it out."""
    return decide(
        contribution=said, state="released", actor=demo.moderator, now=now + LOOKED_AT_AFTER
    )
