"""What people and the worker do with a file for the register: hand in, choose, confirm, drop."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zones.importing.handed_in import MOST_BYTES, HandedIn
from zones.models import Municipality, TownLoad

if TYPE_CHECKING:
    from accounts.models import User

State = TownLoad.State

MOST_OPEN = 6
"""Files of one town that wait at a time."""

MOST_ATTEMPTS = 3
PAUSE = dt.timedelta(minutes=6)
"""Longer than any task may run, so that no file is worked on twice at a time."""


@transaction.atomic
def hand_in(
    *,
    municipality: Municipality,
    kind: str,
    file: HandedIn,
    language: str,
    actor: "User",
    now: dt.datetime,
) -> TownLoad:
    """Take a file; it is read in the background, and nothing of the register changes.

    Raises:
        ValidationError: at `file`: `empty`, `too_large`, `too_many_open`.
    """
    _refuse_unfit(municipality, file)
    return TownLoad.objects.create(
        municipality=municipality,
        kind=TownLoad.Kind(kind),
        name=file.name[-120:],
        content=file.raw,
        size=len(file.raw),
        language=language,
        handed_in_by=actor,
        handed_in_at=now,
        changed_at=now,
        next_attempt_at=now,
    )


def _refuse_unfit(municipality: Municipality, file: HandedIn) -> None:
    open_ones = TownLoad.objects.in_municipality(municipality).open().count()
    refused = None
    if not file.raw:
        refused = ValidationError(_("The file is empty. Export it again."), code="empty")
    elif len(file.raw) > MOST_BYTES:
        sentence = _(
            "The file is larger than %(limit)d MB. Cut the town out of it, or have it loaded by "
            "command."
        )
        params = {"limit": MOST_BYTES // 1_000_000}
        refused = ValidationError(sentence, code="too_large", params=params)
    elif open_ones >= MOST_OPEN:
        sentence = _("%(count)d files wait already. Store or leave out one of them first.")
        refused = ValidationError(sentence, code="too_many_open", params={"count": open_ones})
    if refused:
        raise ValidationError({"file": refused})


def choose(*, load: TownLoad, choices: Mapping[str, Any], now: dt.datetime) -> TownLoad:
    """Say what the columns and areas are, and have the file tried; nothing is stored by that.

    Raises:
        ValidationError: `not_now` when the file is being worked on or is over.
    """
    states = (State.READ, State.TRIED, State.REFUSED)
    return _to(load, states, State.ORDERED, now, choices=dict(choices), report={}, problems=[])


def confirm(*, load: TownLoad, now: dt.datetime) -> TownLoad:
    """Have a file stored whose report was shown.

    Raises:
        ValidationError: `not_now` when no report of it was shown.
    """
    return _to(load, (State.TRIED,), State.CONFIRMED, now)


@transaction.atomic
def drop(*, load: TownLoad, now: dt.datetime) -> TownLoad:
    """Leave a file out.

    Raises:
        ValidationError: `not_now` when it is being stored, or is over.
    """
    states = (State.RECEIVED, State.READ, State.ORDERED, State.TRIED, State.REFUSED)
    return _to(load, states, State.DROPPED, now, content=b"")


@transaction.atomic
def claim(*, now: dt.datetime) -> TownLoad | None:
    """The oldest file with work to do; its next attempt is put off before the work begins."""
    load = (
        TownLoad.objects.due(now)
        .select_related("municipality", "handed_in_by")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if load is None:
        return None
    load.attempts += 1
    load.next_attempt_at = now + PAUSE
    load.save(update_fields=["attempts", "next_attempt_at"])
    return load


@transaction.atomic
def settle(
    *,
    load: TownLoad,
    state: str,
    now: dt.datetime,
    found: Mapping[str, Any] | None = None,
    report: Mapping[str, Any] | None = None,
    problems: Sequence[str] = (),
) -> bool:
    """Note what came of the work; False where somebody left the file out in the meantime."""
    values: dict[str, Any] = {"state": state, "changed_at": now, "problems": list(problems)}
    values |= {"next_attempt_at": None, "attempts": 0}
    if found is not None:
        values["found"] = dict(found)
    if report is not None:
        values["report"] = dict(report)
    if state == State.STORED:
        values["content"] = b""
    return bool(TownLoad.objects.filter(pk=load.pk, state=load.state).update(**values))


@transaction.atomic
def _to(
    load: TownLoad, states: Sequence[str], state: TownLoad.State, now: dt.datetime, **values: Any
) -> TownLoad:
    current = TownLoad.objects.select_for_update().get(pk=load.pk)
    if current.state not in states:
        raise ValidationError(
            _("This file %(state)s. Look at it again."),
            code="not_now",
            params={"state": current.get_state_display()},
        )
    for name, value in values.items():
        setattr(current, name, value)
    current.state, current.changed_at, current.attempts = state, now, 0
    current.next_attempt_at = now if current.is_working else None
    current.save()
    return current
