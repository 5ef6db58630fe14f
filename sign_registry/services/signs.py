"""What people do with signs: plan, approve, move, bind a spare, give a new code."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from departments.models import Membership
from sign_registry.models import Sign, SignCode, SignEvent, Site
from sign_registry.querysets import SignQuerySet
from sign_registry.services.codes import issue_missing_codes
from sign_registry.services.moves import (
    MOVED_FIELDS,
    Trace,
    check_move,
    record_move,
    record_moves,
    who_is,
)
from sign_registry.workflow import State, move_for
from submissions.models import Submission
from zones.models import Municipality

# Enough for a campaign; more at once is a slip of the keyboard.
MOST_SPARES = 200


def plan_sign(  # noqa: PLR0913 - what is known of a sign before it exists
    *,
    municipality: Municipality,
    site: Site | None,
    purpose: str,
    now: dt.datetime,
    actor: Membership | None,
    mount_point: Point | None = None,
    mount_note: str = "",
    format: str = "a5",
) -> Sign:
    """Plan one sign for a site.

    Raises:
        ValidationError: `site_closed`, or a field that does not fit.
    """
    (sign,) = _plan(
        municipality,
        [
            Sign(
                site=site,
                purpose=purpose,
                mount_point=mount_point,
                mount_note=mount_note,
                format=format,
            )
        ],
        actor,
        now,
    )
    return sign


def plan_signs(
    *,
    municipality: Municipality,
    sites: Iterable[Site],
    purpose: str,
    now: dt.datetime,
    actor: Membership | None,
    format: str = "a5",
) -> list[Sign]:
    """Plan one sign for each of many sites, leaving out those that have a living one for it."""
    wanted = list(sites)
    served = set(
        Sign.objects.filter(site__in=wanted, purpose=purpose)
        .exclude(state__in=[State.RETIRED, State.REPLACED])
        .values_list("site_id", flat=True)
    )
    drafts = [
        Sign(site=site, purpose=purpose, format=format) for site in wanted if site.pk not in served
    ]
    return _plan(municipality, drafts, actor, now)


def plan_spare(
    *,
    municipality: Municipality,
    purpose: str,
    now: dt.datetime,
    actor: Membership | None,
    count: int = 1,
) -> list[Sign]:
    """Plan and approve signs without a site, to be bound to one on the spot.

    Raises:
        ValidationError: `too_many_spares`.
    """
    if count > MOST_SPARES:
        raise ValidationError(
            _("Order at most %(most)d spare signs at once."),
            code="too_many_spares",
            params={"most": MOST_SPARES},
        )
    drafts = [Sign(purpose=purpose, format="spares") for _number in range(count)]
    with transaction.atomic():
        signs = _plan(municipality, drafts, actor, now)
        _move_all(signs, State.APPROVED, Trace(actor, now))
    return signs


@transaction.atomic
def _plan(
    municipality: Municipality, drafts: Sequence[Sign], actor: Membership | None, now: dt.datetime
) -> list[Sign]:
    # The town's row is locked, so that two people planning at once draw different numbers.
    town = Municipality.objects.select_for_update().get(pk=municipality.pk)
    taken = Sign.objects.in_municipality(town).aggregate(Max("number"))["number__max"] or 0
    for number, sign in enumerate(drafts, taken + 1):
        sign.municipality, sign.number = town, number
        _check_plan(sign)
    signs = Sign.objects.bulk_create(drafts)
    SignEvent.objects.bulk_create(
        _event(sign, "", State.PLANNED, Trace(actor, now)) for sign in signs
    )
    return signs


def _check_plan(sign: Sign) -> None:
    site = sign.site
    if site and (site.municipality_id != sign.municipality_id or site.closed_on):
        raise ValidationError(
            _("This place is closed. Open it again before you plan a sign there."),
            code="site_closed",
        )
    sign.clean_fields(exclude=["municipality", "site", "replaces"])


def approve_signs(
    *, municipality: Municipality, signs: Iterable[Sign], actor: Membership, now: dt.datetime
) -> int:
    """Approve planned signs for printing; others of the selection are left as they are."""
    keys = [sign.pk for sign in signs]
    with transaction.atomic():
        planned = list(
            Sign.objects.in_municipality(municipality)
            .in_state(State.PLANNED)
            .filter(pk__in=keys)
            .select_for_update(of=("self",))
        )
        for sign in planned:
            check_move(sign, State.APPROVED, who_is(actor, sign.municipality_id))
        _move_all(planned, State.APPROVED, Trace(actor, now))
    return len(planned)


def mark_printed(*, signs: Sequence[Sign], now: dt.datetime, actor: Membership | None) -> None:
    """Note that approved signs are on paper; called in the transaction that keeps the sheets."""
    waiting = [sign for sign in signs if sign.state == State.APPROVED]
    _move_all(waiting, State.PRINTED, Trace(actor, now))


def _move_all(signs: Sequence[Sign], to: State, trace: Trace) -> None:
    for sign in signs:
        move_for(sign.state, to)
    SignEvent.objects.bulk_create(_event(sign, sign.state, to, trace) for sign in signs)
    Sign.objects.filter(pk__in=[sign.pk for sign in signs]).update(state=to)
    for sign in signs:
        sign.state = to


def _event(sign: Sign, start: str, to: State, trace: Trace) -> SignEvent:
    return SignEvent(
        sign=sign,
        from_state=start,
        to_state=to,
        actor=trace.actor,
        happened_at=trace.now,
        recorded_at=trace.now,
    )


@transaction.atomic
def move_sign(  # noqa: PLR0913 - a move has this many sides
    *,
    sign: Sign,
    to: str,
    actor: Membership | None,
    now: dt.datetime,
    actor_label: str = "",
    happened_at: dt.datetime | None = None,
    point: Point | None = None,
    reason: str = "",
    photo: Submission | None = None,
    key: uuid.UUID | None = None,
) -> SignEvent:
    """Move a sign to its next state; with a `key` the same move that arrives twice is made once.

    Args:
        actor: None for somebody who came by an install link, named by `actor_label`.
        point: where the person stands; only its distance to the planned point is kept.

    Raises:
        IllegalTransition: the table of moves does not know this one.
        PermissionDenied: it is for others.
        ValidationError: `needs_point`, `needs_reason`, `needs_photo`, `no_site` or `key_used`.
    """
    current = _locked(sign)
    if key and (done := SignEvent.objects.filter(key=key).first()):
        return _same(done, current, to)
    trace = Trace(actor, now, actor_label, happened_at, point, reason, photo, key)
    check_move(current, to, who_is(actor, current.municipality_id))
    event = record_move(current, to, trace)
    if to == State.INSTALLED:
        _take_down_old(current, trace)
    _carry_over(current, sign)
    return event


@transaction.atomic
def move_signs(
    *, municipality: Municipality, moves: Iterable[tuple[Sign, Trace]], to: str
) -> list[SignEvent]:
    """Move many signs of a town to one state, all or none; each has its own place and reason.

    Args:
        moves: a sign once each, and who moves it when; a key is not looked up.

    Raises:
        IllegalTransition, PermissionDenied, ValidationError: as for one sign.
    """
    wanted = {sign.pk: (sign, trace) for sign, trace in moves}
    rows = _locked_rows().in_municipality(municipality).filter(pk__in=wanted).order_by("pk")
    pairs = [(row, wanted[row.pk][1]) for row in rows]
    for row, trace in pairs:
        check_move(row, to, who_is(trace.actor, row.municipality_id))
    events = record_moves(pairs, to)
    for row, trace in pairs:
        if to == State.INSTALLED:
            _take_down_old(row, trace)
        _carry_over(row, wanted[row.pk][0])
    return events


def _carry_over(moved: Sign, sign: Sign) -> None:
    """What the caller holds is as what was stored."""
    for name in MOVED_FIELDS:
        setattr(sign, name, getattr(moved, name))


def _locked_rows() -> SignQuerySet:
    """Signs as a move needs them, locked."""
    return Sign.objects.select_related("municipality", "site", "replaces").select_for_update(
        of=("self",)
    )


def _locked(sign: Sign) -> Sign:
    return _locked_rows().get(pk=sign.pk)


def _same(done: SignEvent, sign: Sign, to: str) -> SignEvent:
    if done.sign_id != sign.pk or done.to_state != to:
        raise ValidationError(
            _("This entry was already used for something else. Please enter it again."),
            code="key_used",
        )
    return done


def _take_down_old(sign: Sign, trace: Trace) -> None:
    """Whoever hangs a sign in place of another has replaced that one."""
    if sign.replaces is None or sign.replaces.state in {State.REPLACED, State.RETIRED}:
        return
    old = _locked(sign.replaces)
    move_for(old.state, State.REPLACED)
    record_move(old, State.REPLACED, Trace(trace.actor, trace.now, trace.label))


@transaction.atomic
def bind_spare(  # noqa: PLR0913 - binding and hanging are one act in front of the wall
    *,
    sign: Sign,
    site: Site,
    actor: Membership | None,
    now: dt.datetime,
    point: Point | None,
    key: uuid.UUID | None,
    replaces: Sign | None = None,
    actor_label: str = "",
    happened_at: dt.datetime | None = None,
    reason: str = "",
    photo: Submission | None = None,
) -> SignEvent:
    """Bind a printed spare to a site and hang it, in place of an old sign if there is one.

    Raises:
        ValidationError: `already_bound` when it belongs to another site; else as `move_sign`.
    """
    current = _locked(sign)
    done = SignEvent.objects.filter(key=key).first() if key else None
    if done is None:
        _bind(current, site, replaces)
    event = move_sign(
        sign=current,
        to=State.INSTALLED,
        actor=actor,
        now=now,
        actor_label=actor_label,
        happened_at=happened_at,
        point=point,
        reason=reason,
        photo=photo,
        key=key,
    )
    sign.site, sign.state = site, current.state
    return event


def _bind(sign: Sign, site: Site, replaces: Sign | None) -> None:
    if sign.site_id not in {None, site.pk}:
        raise ValidationError(
            _("This sign already belongs to another place. Take another spare."),
            code="already_bound",
        )
    sign.site, sign.replaces = site, replaces
    _check_plan(sign)
    sign.save(update_fields=["site", "replaces"])


@transaction.atomic
def replace_code(*, sign: Sign, actor: Membership, now: dt.datetime, reason: str) -> SignCode:
    """Give a sign a new code and send it to be printed again.

    The old code is accepted for a grace where its plate still hangs, then dead for ever.

    Raises:
        IllegalTransition: the sign has no printed plate, or has ended.
    """
    move_sign(sign=sign, to=State.APPROVED, actor=actor, now=now, reason=reason)
    return issue_missing_codes(signs=[sign], now=now)[sign.pk]
