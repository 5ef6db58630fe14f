"""Hangs the signs of a demonstration town by the services that real towns use; all are marked DEMO.

Most hang; a few are in every other state of a sign's life, so that each page has something to show.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import override

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from sign_registry.models import Sign, Site
from sign_registry.printing import Format
from sign_registry.services.codes import issue_missing_codes
from sign_registry.services.moves import Trace
from sign_registry.services.print_order import place_of
from sign_registry.services.rounds import Shift, plan_rounds
from sign_registry.services.signs import (
    approve_signs,
    mark_printed,
    move_sign,
    move_signs,
    plan_signs,
)
from sign_registry.workflow import State
from zones.days import civil_day
from zones.models import Municipality

Say = Callable[[str], None]

# Of each twenty signs so many stay behind or got into trouble; the others hang.
_BEHIND = {3: State.PLANNED, 7: State.APPROVED, 11: State.PRINTED}
_TROUBLE = {
    5: (State.DAMAGED, "The lower corner is torn off."),
    13: (State.MISSING, "Only the screws are left."),
    17: (State.ON_HOLD, "The place is closed for repairs."),
}
_EVERY = 20
# Long enough ago for a year of votes.
PLANNED, _APPROVED = dt.timedelta(days=480), dt.timedelta(days=465)
_PRINTED, _HUNG = dt.timedelta(days=455), dt.timedelta(days=440)
_ONE_SUSPECTED = 42
_FIRST_ROUNDS_SIGNS, _SIGNS_A_DAY = 60, 20
_SIZES = {Site.Kind.VEHICLE: Format.STICKER, Site.Kind.COUNTER: Format.LABELS}


@dataclass(frozen=True, slots=True)
class DemoSigns:
    """What the signs of a town are for, and the address they would be printed with.

    `categories` narrows them to some kinds of places, `hung` says how many at most hang already.
    """

    purpose: str
    origin: str
    categories: Sequence[str] = ()
    hung: int | None = None


@transaction.atomic
def load_demo_signs(
    *, wanted: DemoSigns, municipality: Municipality, now: dt.datetime, say: Say
) -> None:
    """One sign for each open site that has none, through all the moves of its life."""
    municipality.sign_origin = wanted.origin
    municipality.save(update_fields=["sign_origin"])
    actor = _head_of_crew(municipality)
    signs = _planned(municipality, wanted, actor, now - PLANNED)
    behind = {sign.pk: _BEHIND.get(sign.number % _EVERY) for sign in signs}
    to_approve = [sign for sign in signs if behind[sign.pk] != State.PLANNED]
    approve_signs(
        municipality=municipality,
        signs=to_approve,
        actor=actor,
        now=now - _APPROVED,
    )
    to_print = _printed(
        [sign for sign in to_approve if behind[sign.pk] != State.APPROVED],
        actor,
        now - _PRINTED,
    )
    hung = _spread([sign for sign in to_print if behind[sign.pk] is None], wanted.hung)
    move_signs(
        municipality=municipality,
        moves=[(sign, _hanging(sign, actor, now)) for sign in hung],
        to=State.INSTALLED,
    )
    for sign in hung:
        _trouble(sign, actor, now - dt.timedelta(days=sign.number % 5 + 1))
    say(f"{municipality.slug}: {len(signs)} signs, {len(hung)} of them hung")
    _plan_first_rounds(municipality, to_print, actor, now)


def _plan_first_rounds(
    municipality: Municipality, signs: Sequence[Sign], actor: Membership, now: dt.datetime
) -> None:
    """Some days of work for the crew of the whole town, beginning today."""
    crew = Membership.objects.in_municipality(municipality).filter(
        role=Membership.Role.CREW, department=None
    )
    waiting = Sign.objects.filter(pk__in=[sign.pk for sign in signs], state=State.PRINTED)
    if not crew or not waiting or municipality.rounds.exists():
        return
    today = civil_day(now, municipality.timezone)
    shift = Shift(per_day=_SIGNS_A_DAY, members=list(crew), first_day=today)
    chosen = waiting.order_by("number")[:_FIRST_ROUNDS_SIGNS]
    with override(municipality.languages[0]):  # a round is called by its number, in words
        plan_rounds(municipality=municipality, signs=chosen, shift=shift, actor=actor)


def _head_of_crew(municipality: Municipality) -> Membership:
    held = Membership.objects.in_municipality(municipality).filter(
        role__in=ROLES_WITH[Right.RUN_SIGNS]
    )
    return held.order_by("role", "pk")[:1].get()


def _planned(
    municipality: Municipality, wanted: DemoSigns, actor: Membership, now: dt.datetime
) -> list[Sign]:
    by_size: dict[Format, list[Site]] = {}
    chosen = Site.objects.in_municipality(municipality)
    if wanted.categories:
        chosen = chosen.filter(periods__category__code__in=wanted.categories).distinct()
    for site in chosen.order_by("pk"):
        if site.closed_on is None:
            by_size.setdefault(_SIZES.get(Site.Kind(site.kind), Format.A5), []).append(site)
    # What the import of entrances planned belongs to nobody yet: it goes on from here.
    signs = list(
        Sign.objects.in_municipality(municipality)
        .in_state(State.PLANNED)
        .filter(purpose=wanted.purpose, events__actor=None)
        .order_by("number")
    )
    for size, sites in by_size.items():
        signs += plan_signs(
            municipality=municipality,
            sites=sites,
            purpose=wanted.purpose,
            now=now,
            actor=actor,
            format=size.value,
        )
    return signs


def _printed(planned: Sequence[Sign], actor: Membership, now: dt.datetime) -> list[Sign]:
    keys = [sign.pk for sign in planned]
    approved = Sign.objects.filter(pk__in=keys).select_related("site__parent").order_by("pk")
    signs = list(approved)
    issue_missing_codes(signs=signs, now=now)
    mark_printed(signs=signs, now=now, actor=actor)
    return signs


def _spread(signs: Sequence[Sign], count: int | None) -> list[Sign]:
    """So many of them, of all kinds of places alike."""
    if count is None or count >= len(signs):
        return list(signs)
    return [signs[index * len(signs) // count] for index in range(count)]


def _hanging(sign: Sign, actor: Membership, now: dt.datetime) -> Trace:
    at = now - _HUNG - dt.timedelta(days=sign.number % 9)
    place = place_of(sign)
    # The crew stands a few metres from the wall, as people do.
    off = (sign.number % 7) * 0.00002
    point = Point(place.x + off, place.y, srid=4326) if place else None
    return Trace(actor, at, point=point, reason="By the entrance")


def _trouble(sign: Sign, actor: Membership, now: dt.datetime) -> None:
    if sign.number == _ONE_SUSPECTED:
        state, reason = State.SUSPECTED_TAMPERED, "A sticker with another code was on it."
    elif sign.number % _EVERY in _TROUBLE:
        state, reason = _TROUBLE[sign.number % _EVERY]
    else:
        return
    move_sign(sign=sign, to=state, actor=actor, now=now, reason=reason)
