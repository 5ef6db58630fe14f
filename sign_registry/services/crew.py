"""Takes in what phones of the crew recorded, each entry exactly once, however often it arrives."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from departments.models import Membership
from geo.crs import STORAGE_SRID
from sign_registry.crew_items import CrewItem, Kind, plausible
from sign_registry.models import Inspection, RoundStop, Sign, SignEvent, Site
from sign_registry.querysets.crew import within_reach
from sign_registry.services.crew_sites import add_site, site_of_key
from sign_registry.services.inspections import inspect_sign
from sign_registry.services.rounds import mark_done
from sign_registry.services.signs import bind_spare, move_sign
from sign_registry.workflow import IllegalTransition, State
from submissions.models import Submission
from submissions.services import BUSY, take_picture
from zones.days import civil_day
from zones.models import Municipality


class Result(StrEnum):
    """What became of an entry."""

    RECORDED = "recorded"
    ALREADY = "already"
    REFUSED = "refused"
    LATER = "later"  # nothing is wrong with it: the phone keeps it and sends it again


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one entry; a refusal says what to do."""

    result: Result
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands entries in, where and when."""

    municipality: Municipality
    actor: Membership
    now: dt.datetime
    #: Whose places the person may work at; None is the whole town.
    departments: set[int] | None = None


_Task = RoundStop.Task
_DONE_BY: Mapping[str, frozenset[RoundStop.Task]] = {
    State.INSTALLED: frozenset({_Task.INSTALL, _Task.INSPECT}),
    State.APPROVED: frozenset({_Task.INSPECT}),
    State.PRINTED: frozenset({_Task.INSPECT}),
    State.REPLACED: frozenset({_Task.REPLACE, _Task.INSPECT}),
    State.RETIRED: frozenset(_Task),
}
_NOT_HUNG = frozenset({_Task.INSTALL, _Task.INSPECT})


def record_item(*, item: CrewItem, photo: bytes | None, sender: Sender) -> Outcome:
    """Record one entry of a phone's queue; a refusal changes nothing and is told, not raised."""
    if _is_known(item, sender.municipality):
        return Outcome(Result.ALREADY)
    try:
        with transaction.atomic():
            _RECORDERS[item.kind](item, photo, sender)
    except ValidationError as refused:
        result = Result.LATER if BUSY in _codes(refused) else Result.REFUSED
        return Outcome(result, " ".join(refused.messages))
    except IllegalTransition as refused:
        return Outcome(Result.REFUSED, _moved_on(refused))
    except PermissionDenied:
        sentence = _("Your role does not allow this. Ask the head of the crew to do it.")
        return Outcome(Result.REFUSED, sentence)
    except IntegrityError:
        # The same entry on two connections at once: the other one was quicker.
        if _is_known(item, sender.municipality):
            return Outcome(Result.ALREADY)
        raise
    return Outcome(Result.RECORDED)


def _codes(refused: ValidationError) -> set[str | None]:
    return {one.code for one in getattr(refused, "error_list", ())}


def _is_known(item: CrewItem, town: Municipality) -> bool:
    if item.kind is Kind.SITE:
        return site_of_key(municipality=town, key=item.key) is not None
    rows: QuerySet[SignEvent] | QuerySet[Inspection] = (
        Inspection.objects.in_municipality(town)
        if item.kind is Kind.INSPECT
        else SignEvent.objects.in_municipality(town)
    )
    return rows.filter(key=item.key).exists()


def _moved_on(refused: IllegalTransition) -> str:
    states = dict(Sign.State.choices)
    if refused.start == refused.to:
        return _("Somebody has already entered this: the sign is “%(state)s”.") % {
            "state": states[refused.start]
        }
    return _(
        "The sign is “%(state)s” by now, so it cannot become “%(wanted)s”. "
        "Look at it again, or tell the office."
    ) % {"state": states.get(refused.start, ""), "wanted": states.get(refused.to, refused.to)}


def _move(item: CrewItem, photo: bytes | None, sender: Sender) -> None:
    sign = _sign(item.sign, sender)
    move_sign(
        sign=sign,
        to=item.to,
        actor=sender.actor,
        now=sender.now,
        happened_at=plausible(item.happened_at, sender.now),
        point=_geos(item),
        reason=item.reason,
        photo=_picture(photo, sender),
        key=item.key,
    )
    _tick_off(sign, item.to, _day(item, sender))


def _inspect(item: CrewItem, photo: bytes | None, sender: Sender) -> None:
    if photo is None:
        raise ValidationError(_("An inspection needs a photo of the sign."), code="needs_photo")
    sign = _sign(item.sign, sender)
    inspect_sign(
        sign=sign,
        photo=take_picture_of_crew(photo, sender.now, sender.municipality),
        actor=sender.actor,
        now=sender.now,
        happened_at=plausible(item.happened_at, sender.now),
        key=item.key,
    )
    mark_done(sign=sign, tasks={_Task.INSPECT}, on=_day(item, sender))


def _bind(item: CrewItem, photo: bytes | None, sender: Sender) -> None:
    town = sender.municipality
    old = _sign(item.replaces, sender) if item.replaces else None
    sign = _sign(item.sign, sender)
    bind_spare(
        sign=sign,
        site=_site_for(item, old, town),
        actor=sender.actor,
        now=sender.now,
        point=_geos(item),
        key=item.key,
        replaces=old,
        happened_at=plausible(item.happened_at, sender.now),
        reason=item.reason,
        photo=_picture(photo, sender),
    )
    mark_done(sign=sign, tasks=_DONE_BY[State.INSTALLED], on=_day(item, sender))
    if old:
        mark_done(sign=old, tasks=_DONE_BY[State.REPLACED], on=_day(item, sender))


def _add_site(item: CrewItem, photo: bytes | None, sender: Sender) -> None:
    add_site(
        municipality=sender.municipality,
        key=item.key,
        name=item.name,
        category=item.category,
        location=_geos(item),
        on=_day(item, sender),
        now=sender.now,
    )


_RECORDERS: Mapping[Kind, Callable[[CrewItem, bytes | None, Sender], None]] = {
    Kind.MOVE: _move,
    Kind.INSPECT: _inspect,
    Kind.BIND: _bind,
    Kind.SITE: _add_site,
}


def move_and_tick_off(
    *, sign: Sign, to: str, actor: Membership, now: dt.datetime, reason: str
) -> SignEvent:
    """Move a sign from the office, and tick off the stop of a round that waited for just this.

    Raises:
        IllegalTransition, PermissionDenied, ValidationError: as `move_sign`; nothing is ticked off.
    """
    with transaction.atomic():
        event = move_sign(sign=sign, to=to, actor=actor, now=now, reason=reason)
        _tick_off(sign, to, civil_day(now, sign.municipality.timezone))
    return event


def _tick_off(sign: Sign, to: str, on: dt.date) -> None:
    mark_done(sign=sign, tasks=_DONE_BY.get(to, _NOT_HUNG), on=on)
    if to == State.INSTALLED and sign.replaces:
        mark_done(sign=sign.replaces, tasks=_DONE_BY[State.REPLACED], on=on)


def mark_installed(*, sign: Sign, now: dt.datetime) -> None:
    """Tick a sign off that somebody hung who is no crew."""
    day = civil_day(now, sign.municipality.timezone)
    mark_done(sign=sign, tasks=_DONE_BY[State.INSTALLED], on=day)


def take_picture_of_crew(photo: bytes, now: dt.datetime, municipality: Municipality) -> Submission:
    """A photo of the crew, cleaned; for staff only."""
    return take_picture(
        raw=photo,
        origin="crew",
        received_on=civil_day(now, municipality.timezone),
        state=Submission.State.INTERNAL,
    )


def _picture(photo: bytes | None, sender: Sender) -> Submission | None:
    if photo is None:
        return None
    return take_picture_of_crew(photo, sender.now, sender.municipality)


def _sign(number: int | None, sender: Sender) -> Sign:
    today = civil_day(sender.now, sender.municipality.timezone)
    found = (
        Sign.objects.in_municipality(sender.municipality)
        .filter(within_reach(sender.actor, sender.departments, today), pk=number or 0)
        .first()
    )
    if found is None:
        raise ValidationError(
            _("This sign is not among those you look after. Tell the office its code."),
            code="no_sign",
        )
    return found


def _site_for(item: CrewItem, old: Sign | None, town: Municipality) -> Site:
    """The site named, the one added a moment ago on the phone, or that of the old sign."""
    site = old.site if old else None
    if item.site_key:
        site = site_of_key(municipality=town, key=item.site_key)
    elif item.site:
        site = Site.objects.in_municipality(town).filter(pk=item.site).first()
    if site is None:
        raise ValidationError(
            _("This place is not in the register. Choose the place again."), code="no_site"
        )
    return site


def _geos(item: CrewItem) -> Point | None:
    return Point(item.point.x, item.point.y, srid=STORAGE_SRID) if item.point else None


def _day(item: CrewItem, sender: Sender) -> dt.date:
    moment = plausible(item.happened_at, sender.now)
    return civil_day(moment, sender.municipality.timezone)
