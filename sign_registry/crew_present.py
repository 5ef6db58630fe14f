"""What a phone of the crew carries with it, and rounds as pages show them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from departments.models import Membership
from sign_registry.models import CrewRound, RoundStop, Sign, SignCode, SignEvent, Site, SiteCategory
from sign_registry.querysets import SignQuerySet
from sign_registry.querysets.crew import planned_place, within_reach
from sign_registry.rounds import finish_at, finish_on
from sign_registry.workflow import ANSWERING, FAR_M, State, Who, moves_of, needs_of
from zones.models import Municipality
from zones.names import in_language

# States in which somebody of the crew can do something with a sign in the street.
_CARRIED = (
    "approved",
    "printed",
    "installed",
    "damaged",
    "missing",
    "suspected_tampered",
    "on_hold",
    "lost_in_store",
)
# Enough for every town we know; a larger one gets the nearest to its rounds.
MOST_SITES = 3000


def rounds_shown(
    member: Membership, departments: set[int] | None, today: dt.date, *, everybody: bool
) -> QuerySet[CrewRound]:
    """Rounds on a person's page: the own ones and those nobody has; for the head all of them."""
    rounds = CrewRound.objects.in_municipality(member.municipality).to_show(today)
    if not everybody:
        rounds = rounds.for_whom(member, departments)
    return rounds.with_progress().select_related("member__user").in_order()


def phone_data(
    member: Membership,
    rounds: Iterable[CrewRound],
    *,
    departments: set[int] | None,
    today: dt.date,
) -> dict[str, Any]:
    """Everything a phone needs to work a day without a network.

    Args:
        departments: whose places the person may work at; None is the whole town.
    """
    municipality = member.municipality
    reach = Sign.objects.in_municipality(municipality).filter(
        within_reach(member, departments, today)
    )
    return {
        "member": member.pk,
        "far_m": FAR_M,
        "origin": municipality.sign_origin.lower().rstrip("/"),
        "rounds": _rounds(rounds),
        "signs": _signs(reach),
        "sites": _sites(municipality, departments, today),
        "categories": [
            {"code": row.code, "name": row.name}
            for row in SiteCategory.objects.in_municipality(municipality).in_use()
        ],
        "moves": {state: _moves(state) for state in _CARRIED},
    }


def stop_rows(crew_round: CrewRound) -> list[dict[str, Any]]:
    """Stops of a round in walking order, for lists and paper."""
    stops = (
        crew_round.stops.with_place()
        .select_related("sign__site")
        .prefetch_related("sign__codes")
        .order_by("position")
    )
    return [_stop_row(stop) for stop in stops]


def pace(municipality: Municipality, crew_round: CrewRound, left: int) -> dt.datetime | None:
    """When a round will be done, from the moments at which its signs were entered that day."""
    moments = SignEvent.objects.in_municipality(municipality).filter(
        sign__stops__round=crew_round,
        sign__stops__done_on__isnull=False,
        happened_at__date=crew_round.planned_on,
        actor__isnull=False,
    )
    return finish_at(list(moments.values_list("happened_at", flat=True)), left)


def campaign(municipality: Municipality, today: dt.date) -> dict[str, Any]:
    """How far all rounds together are, and the day on which they will be done."""
    stops = RoundStop.objects.in_municipality(municipality).filter(task=RoundStop.Task.INSTALL)
    total, left = stops.count(), stops.to_do().count()
    days: dict[dt.date, int] = {}
    since = today - dt.timedelta(days=14)
    for day in stops.filter(done_on__gte=since).values_list("done_on", flat=True):
        if day:
            days[day] = days.get(day, 0) + 1
    return {
        "total": total,
        "done": total - left,
        "finish_on": finish_on(list(days.values()), left, today),
    }


def _moves(state: str) -> list[dict[str, Any]]:
    """What the crew may do with a sign of a state; replacing one is an act of its own."""
    return [
        {"to": str(to), "needs": sorted(needs_of(state, to))}
        for to in moves_of(state, Who.CREW)
        if to != State.REPLACED
    ]


def _rounds(rounds: Iterable[CrewRound]) -> list[dict[str, Any]]:
    shown = list(rounds)
    stops: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in shown}
    found = RoundStop.objects.filter(round__in=shown).order_by("round", "position")
    for round_id, sign, task, done in found.values_list("round", "sign", "task", "done_on"):
        stops[round_id].append({"sign": sign, "task": task, "done": done is not None})
    return [
        {
            "id": row.pk,
            "name": row.name,
            "day": row.planned_on.isoformat(),
            "stops": stops[row.pk],
        }
        for row in shown
    ]


def _signs(reach: SignQuerySet) -> list[dict[str, Any]]:
    codes = (
        SignCode.objects.living()
        .filter(sign__in=reach.values("pk"), sign__state__in=_CARRIED)
        .annotate(place=planned_place("sign__"))
        .order_by("sign__number")
        .values_list(
            "sign",
            "sign__number",
            "token",
            "sign__state",
            "sign__site",
            "sign__site__names",
            "sign__mount_note",
            "sign__site__note",
            "place",
        )
    )
    return [
        {
            "id": pk,
            "number": number,
            "code": token,
            "state": state,
            "site": site,
            "name": in_language(names or {}),
            "note": mount_note or note or "",
            "place": _pair(place),
        }
        for pk, number, token, state, site, names, mount_note, note, place in codes
    ]


def _sites(
    municipality: Municipality, departments: set[int] | None, today: dt.date
) -> list[dict[str, Any]]:
    """Places without a sign that hangs, which a spare can be bound to."""
    rows = (
        Site.objects.in_municipality(municipality)
        .open_on(today)
        .owned_by(departments, today)
        .exclude(signs__state__in=[str(state) for state in ANSWERING])
        .annotate(place=PointOnSurface(Coalesce("geometry", "parent__geometry")))
        .order_by("pk")
        .values_list("pk", "names", "address_text", "place")
    )
    return [
        {"id": pk, "name": in_language(names), "address": address, "place": _pair(place)}
        for pk, names, address, place in rows[:MOST_SITES]
    ]


def _pair(place: Point | None) -> list[float] | None:
    return [round(place.x, 6), round(place.y, 6)] if place else None


def _stop_row(stop: RoundStop) -> dict[str, Any]:
    sign = stop.sign
    living = next((code for code in sign.codes.all() if code.ended_at is None), None)
    place: Point | None = stop.place  # type: ignore[attr-defined] # added by with_place
    return {
        "position": stop.position,
        "sign": sign.pk,
        "number": sign.number,
        "name": sign.site.name if sign.site else _("Spare sign"),
        "address": sign.site.address_text if sign.site else "",
        "note": sign.mount_note or (sign.site.note if sign.site else ""),
        "task": stop.task,
        "task_label": stop.get_task_display(),
        "state": sign.state,
        "state_label": sign.get_state_display(),
        "code": living.token if living else "",
        "done_on": stop.done_on,
        "place": _pair(place),
    }


def bbox_of(
    rows: Iterable[Mapping[str, Any]], town: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """West, south, east, north around the stops, with a margin; the town where none is placed."""
    places = [row["place"] for row in rows if row["place"]]
    if not places:
        return town
    margin = 0.002
    return (
        min(x for x, _y in places) - margin,
        min(y for _x, y in places) - margin,
        max(x for x, _y in places) + margin,
        max(y for _x, y in places) + margin,
    )
