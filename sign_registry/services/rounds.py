"""Planning rounds of the crew, giving them to people, and noting what is done."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from geo.crs import project
from sign_registry.models import CrewRound, RoundStop, Sign
from sign_registry.querysets.crew import planned_place
from sign_registry.rounds import order, split_into_days, working_day
from sign_registry.workflow import State
from zones.models import Municipality

MOST_PER_DAY = 200
_TASKS = {
    State.APPROVED: RoundStop.Task.INSTALL,
    State.PRINTED: RoundStop.Task.INSTALL,
    State.INSTALLED: RoundStop.Task.INSPECT,
    State.DAMAGED: RoundStop.Task.REPLACE,
    State.MISSING: RoundStop.Task.REPLACE,
    State.SUSPECTED_TAMPERED: RoundStop.Task.REPLACE,
}


class Shift(NamedTuple):
    """Who walks, from when on, and how many stops a day; nobody yet is one nameless person."""

    members: Sequence[Membership]
    first_day: dt.date
    per_day: int


@transaction.atomic
def plan_rounds(
    *, municipality: Municipality, signs: Iterable[Sign], shift: Shift, actor: Membership
) -> list[CrewRound]:
    """Put signs into rounds in walking order: one round for each person and working day.

    Signs that are on an unfinished round already, and those nobody can work on, are left out.

    Raises:
        PermissionDenied: a person of another town, or one who is no crew.
        ValidationError: `per_day`, or `nothing_to_plan`.
    """
    if not 1 <= shift.per_day <= MOST_PER_DAY:
        raise ValidationError(
            _("Give a number of signs for a day, from 1 to %(most)d.") % {"most": MOST_PER_DAY},
            code="per_day",
        )
    for person in (actor, *shift.members):
        _refuse_strangers(person, municipality)
    town = Municipality.objects.select_for_update().get(pk=municipality.pk)
    placed, elsewhere = _workable(town, signs)
    days = [
        *_days_by_foot(town, placed, shift.per_day),
        *(elsewhere[at : at + shift.per_day] for at in range(0, len(elsewhere), shift.per_day)),
    ]
    if not days:
        raise ValidationError(
            _("All these signs are on a round already, or there is nothing to do at them."),
            code="nothing_to_plan",
        )
    return _write(town, days, shift)


@transaction.atomic
def reassign(
    *, crew_round: CrewRound, member: Membership | None, planned_on: dt.date, actor: Membership
) -> CrewRound:
    """Give a round to another person or another day.

    Raises:
        PermissionDenied: a person of another town, or one who is no crew.
        ValidationError: a round of that name exists on that day.
    """
    for person in filter(None, (actor, member)):
        _refuse_strangers(person, crew_round.municipality)
    crew_round.member = member
    crew_round.planned_on = planned_on
    crew_round.full_clean()
    crew_round.save(update_fields=["member", "planned_on"])
    return crew_round


@transaction.atomic
def suggest_to_look_at(
    *, municipality: Municipality, signs: Iterable[Sign], today: dt.date
) -> list[Sign]:
    """Put signs on the open list “signs to look at”; tell which of them were not yet on any."""
    name = _("Signs to look at")
    rounds = CrewRound.objects.in_municipality(municipality).filter(name=name)
    waiting = rounds.unfinished().order_by("planned_on").first()
    listed = _on_open_rounds(municipality)
    fresh = [sign for sign in signs if sign.pk not in listed]
    if not fresh:
        return []
    crew_round = (
        waiting
        or rounds.filter(planned_on=today).first()
        or CrewRound.objects.create(municipality=municipality, name=name, planned_on=today)
    )
    known = set(crew_round.stops.values_list("sign_id", flat=True))
    crew_round.stops.filter(sign__in=fresh).update(done_on=None)
    _add_stops(crew_round, [sign for sign in fresh if sign.pk not in known])
    return fresh


def mark_done(*, sign: Sign, tasks: Iterable[RoundStop.Task], on: dt.date) -> None:
    """Tick a sign off on every round that asks for one of these tasks there."""
    sign.stops.to_do().filter(task__in=list(tasks)).update(done_on=on)


def _refuse_strangers(person: Membership, municipality: Municipality) -> None:
    if person.municipality_id != municipality.pk or person.role not in ROLES_WITH[Right.CREW]:
        raise PermissionDenied


def _on_open_rounds(town: Municipality) -> set[int]:
    return set(RoundStop.objects.in_municipality(town).to_do().values_list("sign_id", flat=True))


def _workable(town: Municipality, signs: Iterable[Sign]) -> tuple[list[Sign], list[Sign]]:
    """Signs with a place to walk to, and those on wheels, by their numbers."""
    keys = [sign.pk for sign in signs]
    rows = (
        Sign.objects.in_municipality(town)
        .in_state(*_TASKS)
        .filter(pk__in=keys, site__isnull=False)
        .exclude(pk__in=_on_open_rounds(town))
        .annotate(place=planned_place())
        .order_by("number")
    )
    found = list(rows)
    walked = [row for row in found if _place_of(row)]
    return walked, [row for row in found if not _place_of(row)]


def _place_of(sign: Sign) -> Point | None:
    place: Point | None = sign.place  # type: ignore[attr-defined] # added by _workable
    return place


def _days_by_foot(town: Municipality, signs: Sequence[Sign], per_day: int) -> list[list[Sign]]:
    if not signs:
        return []
    places = np.empty(len(signs), dtype=np.object_)
    for index, sign in enumerate(signs):
        if place := _place_of(sign):
            places[index] = shapely.Point(place.x, place.y)
    metres = shapely.get_coordinates(project(places, town.metric_srid))
    points = [(float(x), float(y)) for x, y in metres]
    days = split_into_days(points, order(points), most_stops=per_day)
    return [[signs[index] for index in day.stops] for day in days]


def _write(town: Municipality, days: Sequence[Sequence[Sign]], shift: Shift) -> list[CrewRound]:
    people: Sequence[Membership | None] = list(shift.members) or [None]
    before = CrewRound.objects.in_municipality(town).count()
    written = []
    for position, signs in enumerate(days):
        crew_round = CrewRound.objects.create(
            municipality=town,
            name=_("Round %(number)d") % {"number": before + position + 1},
            planned_on=working_day(shift.first_day, position // len(people)),
            member=people[position % len(people)],
        )
        _add_stops(crew_round, signs)
        written.append(crew_round)
    return written


def _add_stops(crew_round: CrewRound, signs: Sequence[Sign]) -> None:
    begun = crew_round.stops.count()
    RoundStop.objects.bulk_create(
        RoundStop(
            round=crew_round,
            sign=sign,
            task=_TASKS.get(State(sign.state), RoundStop.Task.INSPECT),
            position=begun + position,
        )
        for position, sign in enumerate(signs, 1)
    )
