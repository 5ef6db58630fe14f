"""Worsenings: finding them, telling whoever answers for the place, taking the answer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership, Works
from departments.services.calendars import calendar_of
from satisfaction.access import owner_department
from satisfaction.models import Alert
from satisfaction.services.alert_letters import tell_owners
from satisfaction.services.falls import Fall, falls_in
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language
from zones.services.history import Subject, record_change

#: Working days within which a worsening is answered.
ANSWER_DAYS = 10
#: Working days during which the press office does not publish the place alone.
REPLY_DAYS = 5

State = Alert.State


def look_for_worsening(*, now: dt.datetime, municipality: Municipality | None = None) -> int:
    """Open an alert for every place whose released votes fell by more than chance; tell how many.

    A place whose fall is known is not told of again: only votes released after the last alert, and
    the level they began at, can open the next one.
    """
    towns = [municipality] if municipality else Municipality.objects.order_by("pk")
    return sum(_look_in(town, now) for town in towns)


@transaction.atomic
def answer_alert(
    *,
    alert: Alert,
    actor: Membership,
    now: dt.datetime,
    works: Works | None = None,
    replies: Mapping[str, str] | None = None,
) -> Alert:
    """Answer a worsening by works that mend it, by words, or by both.

    Args:
        replies: {language: text}, in at least one language of the town; residents read them.

    Raises:
        PermissionDenied: for somebody who answers for no places of this town.
        ValidationError: `not_open` when it was answered or closed before, `no_answer` without works
            and words, `elsewhere` for works of another town, `unknown_language`, `invalid_names`.
    """
    current = _open_one(alert, actor)
    said = {code: text.strip() for code, text in (replies or {}).items() if text.strip()}
    _check_answer(current.municipality, works, said)
    before = alert_values(current)
    current.works, current.replies = works, said
    current.state, current.answered_by = State.ANSWERED, actor
    current.answered_on = civil_day(now, current.municipality.timezone)
    _store(current, before, actor, now)
    return current


@transaction.atomic
def close_alert(*, alert: Alert, actor: Membership, now: dt.datetime, reason: str) -> Alert:
    """Close a worsening without an answer, because it was overtaken; the reason is kept.

    Raises:
        PermissionDenied: for somebody who answers for no places of this town.
        ValidationError: `not_open`, `needs_reason`.
    """
    current = _open_one(alert, actor)
    if not reason.strip():
        sentence = _("Write why nothing is to be done here.")
        raise ValidationError({"reason": ValidationError(sentence, code="needs_reason")})
    before = alert_values(current)
    current.state, current.reason = State.CLOSED, reason.strip()
    current.answered_by = actor
    current.answered_on = civil_day(now, current.municipality.timezone)
    _store(current, before, actor, now)
    return current


def alert_values(alert: Alert) -> dict[str, Any]:
    """What a worsening says, as plain values for the history."""
    works = alert.works
    return {
        "state": str(alert.state),
        "since": alert.since.isoformat(),
        "score_before": round(alert.score_before, 1),
        "score_after": round(alert.score_after, 1),
        "answer_due_on": alert.answer_due_on.isoformat(),
        "works": in_language(works.names, alert.municipality.languages) if works else None,
        "replies": dict(alert.replies),
        "reason": alert.reason,
    }


@transaction.atomic
def _look_in(town: Municipality, now: dt.datetime) -> int:
    # Two runs at once would find the same falls.
    Municipality.objects.select_for_update(of=("self",)).get(pk=town.pk)
    found = falls_in(town, civil_day(now, town.timezone))
    for fall in found:
        _open_alert(town, fall, now)
    return len(found)


def _open_alert(town: Municipality, fall: Fall, now: dt.datetime) -> None:
    today = civil_day(now, town.timezone)
    days = calendar_of(town, owner_department(fall.site, today))
    alert = Alert.objects.create(
        municipality=town,
        site=fall.site,
        block=fall.block,
        found_on=today,
        since=fall.since,
        score_before=fall.score_before,
        score_after=fall.score_after,
        change=fall.change,
        change_low=fall.low,
        change_high=fall.high,
        q=fall.q,
        answer_due_on=days.add_working_days(today, ANSWER_DAYS),
        reply_until=days.add_working_days(today, REPLY_DAYS),
    )
    _record(alert, None, None, now)
    tell_owners(alert, now=now)


def _open_one(alert: Alert, actor: Membership) -> Alert:
    owners = ROLES_WITH[Right.OWN_SITES]
    if actor.municipality_id != alert.municipality_id or actor.role not in owners:
        raise PermissionDenied
    rows = Alert.objects.select_for_update(of=("self",)).select_related("municipality", "site")
    current = rows.get(pk=alert.pk)
    if current.state != State.OPEN:
        raise ValidationError(
            _("This was answered already. Load the page again to read the answer."),
            code="not_open",
        )
    return current


def _check_answer(town: Municipality, works: Works | None, said: Mapping[str, str]) -> None:
    if works is None and not said:
        raise ValidationError(
            _("Choose the works that mend it, or write a reply in a language of the town."),
            code="no_answer",
        )
    if works is not None and works.municipality_id != town.pk:
        sentence = _("Choose works of this town.")
        raise ValidationError({"works": ValidationError(sentence, code="elsewhere")})
    if set(said) - set(town.languages):
        raise ValidationError(
            _("Write the reply in a language of the town."), code="unknown_language"
        )


def _store(alert: Alert, before: Mapping[str, Any], actor: Membership, now: dt.datetime) -> None:
    alert.clean_fields(exclude=["municipality", "site", "block"])
    alert.save(update_fields=["works", "replies", "state", "reason", "answered_by", "answered_on"])
    _record(alert, before, actor, now)


def _record(
    alert: Alert, before: Mapping[str, Any] | None, actor: Membership | None, now: dt.datetime
) -> None:
    spoken = alert.municipality.languages
    name = in_language(alert.site.names, spoken, spoken[0])
    record_change(
        municipality=alert.municipality,
        subject=Subject("worsening", str(alert.pk), name),
        before=before,
        after=alert_values(alert),
        actor=actor.user if actor else None,
        now=now,
        origin="" if actor else "look_for_worsening",
    )
