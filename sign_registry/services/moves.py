"""Writes one move of a sign down: who, when, why, how far away; the table says what may be."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from geo.metres import distance_m
from sign_registry.models import Sign, SignEvent
from sign_registry.services.codes import GRACE, end_living_code
from sign_registry.workflow import (
    BACK_FROM_HOLD,
    FAR_M,
    IllegalTransition,
    Need,
    State,
    Who,
    move_for,
    needs_of,
)
from submissions.models import Submission
from zones.days import civil_day

_BATCH = 500
MOVED_FIELDS = ("state", "installed_on", "mount_point")
"""What a move may change on the sign itself."""

# Phones that were offline report late, and their clocks may be wrong.
_OLDEST = dt.timedelta(days=31)
# Where the old plate still hangs, its code goes on for a while; a plate that is gone or doubtful
# must not be used by whoever has it.
_STILL_HANGING = frozenset({State.INSTALLED, State.DAMAGED})


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about a move but the sign and where it goes."""

    actor: Membership | None
    now: dt.datetime
    label: str = ""
    happened_at: dt.datetime | None = None
    point: Point | None = None
    reason: str = ""
    photo: Submission | None = None
    key: uuid.UUID | None = None


def who_is(actor: Membership | None, municipality_id: int) -> frozenset[Who]:
    """As whom somebody may move signs of a town; without a membership only by an install link.

    Raises:
        PermissionDenied: the membership is of another town.
    """
    if actor is None:
        return frozenset({Who.LINK})
    if actor.municipality_id != municipality_id:
        raise PermissionDenied
    return frozenset(
        who for who in (Who.OFFICE, Who.CREW) if actor.role in ROLES_WITH[Right(who.value)]
    )


def check_move(sign: Sign, to: str, who: frozenset[Who]) -> None:
    """Refuse what the table does not know, or does not let these people do.

    Raises:
        IllegalTransition: there is no such move.
        PermissionDenied: there is, for others.
    """
    move = move_for(sign.state, to)
    if sign.state == State.ON_HOLD and to in BACK_FROM_HOLD and to != _held_from(sign):
        raise IllegalTransition(sign.state, to)
    if not who & move.who:
        raise PermissionDenied


def record_move(sign: Sign, to: str, trace: Trace) -> SignEvent:
    """Append the event and carry out what the move brings with it; the sign's row is locked.

    Raises:
        ValidationError: `needs_point`, `needs_reason`, `needs_photo` or `no_site`.
    """
    (event,) = record_moves([(sign, trace)], to)
    return event


def record_moves(moves: Sequence[tuple[Sign, Trace]], to: str) -> list[SignEvent]:
    """The same for many signs, each with its own circumstances, in two statements.

    Raises:
        ValidationError: as for one; then nothing is stored of any.
    """
    events = [_carried_out(sign, to, trace) for sign, trace in moves]
    SignEvent.objects.bulk_create(events, batch_size=_BATCH)
    signs = [sign for sign, _trace in moves]
    Sign.objects.bulk_update(signs, MOVED_FIELDS, batch_size=_BATCH)
    return events


def _carried_out(sign: Sign, to: str, trace: Trace) -> SignEvent:
    """The event of a move, not yet stored, and the sign as it is afterwards."""
    away_m = _distance(sign, trace.point)
    _check_needs(sign, to, trace, away_m)
    event = SignEvent(
        sign=sign,
        from_state=sign.state,
        to_state=to,
        actor=trace.actor,
        actor_label=trace.label,
        happened_at=_plausible(trace),
        recorded_at=trace.now,
        distance_m=away_m,
        reason=trace.reason.strip(),
        photo=trace.photo,
        key=trace.key,
    )
    event.clean_fields(exclude=["sign", "actor", "photo", "distance_m"])
    _settle_code(sign, to, trace.now)
    sign.state = to
    if to == State.INSTALLED:
        _hang(sign, event)
    return event


def _check_needs(sign: Sign, to: str, trace: Trace, away_m: float | None) -> None:
    needs = needs_of(sign.state, to, distance_m=away_m)
    reason = trace.reason.strip()
    if to == State.INSTALLED and sign.site is None:
        raise ValidationError(
            _("This is a spare sign. First say which place it is for."), code="no_site"
        )
    if Need.PHOTO in needs and trace.photo is None:
        raise ValidationError(_("Take a photo of the sign as it is now."), code="needs_photo")
    if Need.REASON in needs and not reason:
        raise ValidationError(_reason_wanted(away_m), code="needs_reason")
    # Indoors a phone may not know where it is; and a bus has no place to be measured from.
    if Need.POINT in needs and not (trace.point or reason) and _planned(sign) is not None:
        raise ValidationError(
            _("Let the phone find where you stand, or write why it cannot."), code="needs_point"
        )


def _reason_wanted(away_m: float | None) -> str:
    if away_m is not None and away_m > FAR_M:
        return _("You are %(metres)d m from the planned place. Write why the sign hangs here.") % {
            "metres": round(away_m)
        }
    return _("Write the reason.")


def _planned(sign: Sign) -> BaseGeometry | None:
    """Where the sign is meant to hang: its own point, or else its site."""
    planned = sign.mount_point or (sign.site.geometry if sign.site else None)
    return shapely.from_wkb(bytes(planned.wkb)) if planned else None


def _distance(sign: Sign, point: Point | None) -> float | None:
    planned = _planned(sign)
    if planned is None or point is None:
        return None
    here = shapely.Point(point.x, point.y)
    return distance_m(here, planned, metric_srid=sign.municipality.metric_srid)


def _plausible(trace: Trace) -> dt.datetime:
    said = trace.happened_at or trace.now
    return min(max(said, trace.now - _OLDEST), trace.now)


def _hang(sign: Sign, event: SignEvent) -> None:
    """A sign without a point of its own gets its site's; where the crew stood is kept nowhere."""
    sign.installed_on = civil_day(event.happened_at, sign.municipality.timezone)
    if sign.mount_point is None and sign.site and sign.site.geometry is not None:
        sign.mount_point = sign.site.geometry.point_on_surface


def _settle_code(sign: Sign, to: str, now: dt.datetime) -> None:
    """A sign that is printed again, replaced or retired leaves its code behind."""
    grace = GRACE if sign.state in _STILL_HANGING else None
    if to == State.RETIRED:
        end_living_code(sign=sign, now=now, grace=None)
    elif to == State.REPLACED or Need.NEW_CODE in move_for(sign.state, to).needs:
        end_living_code(sign=sign, now=now, grace=grace)


def _held_from(sign: Sign) -> str:
    """What the sign was before it was put on hold."""
    held = sign.events.filter(to_state=State.ON_HOLD).order_by("-recorded_at", "-pk").first()
    return held.from_state if held else ""
