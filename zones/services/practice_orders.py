"""What administrators order about the practice copy of their town, and what came of it."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outbox.held import PRACTICE_ENDING
from zones.models import Municipality, PracticeOrder

if TYPE_CHECKING:
    from accounts.models import User

State, Wish = PracticeOrder.State, PracticeOrder.Wish

MOST_ATTEMPTS = 3
PAUSE = dt.timedelta(minutes=6)
"""Longer than any task may run, so that no order is worked on twice at a time."""


def practice_slug(municipality: Municipality) -> str:
    """Short name of the copy of a town.

    Raises:
        ValidationError: `nested` for a copy, `too_long` where the name would not fit.
    """
    if municipality.is_practice:
        raise ValidationError(_("This is a practice copy already."), code="nested")
    slug = municipality.slug + PRACTICE_ENDING
    longest = Municipality._meta.get_field("slug").max_length or 0
    if len(slug) > longest:
        raise ValidationError(
            _("The town’s short name is too long for a practice copy."), code="too_long"
        )
    return slug


@transaction.atomic
def order_practice(
    *, municipality: Municipality, wish: str, actor: "User | None", now: dt.datetime
) -> PracticeOrder:
    """Ask the worker to make the copy anew or to remove it.

    Raises:
        ValidationError: `busy` while an order is being worked on; what `practice_slug` refuses.
    """
    practice_slug(municipality)
    Municipality.objects.select_for_update(no_key=True).only("pk").get(pk=municipality.pk)
    known = PracticeOrder.objects.in_municipality(municipality).first()
    if known is not None and known.state == State.WAITING:
        raise ValidationError(
            _("The practice copy is being worked on. Wait until that is done."), code="busy"
        )
    order, _is_new = PracticeOrder.objects.update_or_create(
        municipality=municipality,
        defaults={
            "wish": Wish(wish),
            "state": State.WAITING,
            "report": {},
            "problem": "",
            "ordered_by": actor,
            "ordered_at": now,
            "changed_at": now,
            "attempts": 0,
            "next_attempt_at": now,
        },
    )
    return order


@transaction.atomic
def claim_order(*, now: dt.datetime) -> PracticeOrder | None:
    """The oldest order with work to do; its next attempt is put off before the work begins."""
    order = (
        PracticeOrder.objects.due(now)
        .select_related("municipality")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if order is None:
        return None
    order.attempts += 1
    order.next_attempt_at = now + PAUSE
    order.save(update_fields=["attempts", "next_attempt_at"])
    return order


@transaction.atomic
def note_practice(
    *, municipality: Municipality, wish: str, report: Mapping[str, Any], now: dt.datetime
) -> None:
    """Note what was done without an order, in the place of one that may wait."""
    PracticeOrder.objects.update_or_create(
        municipality=municipality,
        defaults={
            "wish": Wish(wish),
            "state": State.DONE,
            "report": dict(report),
            "problem": "",
            "ordered_by": None,
            "ordered_at": now,
            "changed_at": now,
            "attempts": 0,
            "next_attempt_at": None,
        },
    )


def settle_order(
    *,
    order: PracticeOrder,
    now: dt.datetime,
    report: Mapping[str, Any] | None = None,
    problem: str = "",
) -> None:
    """Note what came of it."""
    PracticeOrder.objects.filter(pk=order.pk).update(
        state=State.FAILED if problem else State.DONE,
        report=dict(report or {}),
        problem=problem[:300],
        changed_at=now,
        next_attempt_at=None,
    )
