"""Warns of terms, up the ladder, and alarms the duty officer where there is danger.

Each warning is a row and an event of the report; the letters of a day are one to each person, and
wait for the hours of the town. A term that was answered warns no more.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction

from departments.legal_days import LegalCalendar
from departments.services.calendars import calendar_of
from incidents.escalation import HEAD, is_quiet, levels_of, stage_of
from incidents.models import Alert, Clock, Incident
from incidents.services.ladder import Ladder, Reader
from incidents.services.recording import SYSTEM, lock_in_order, record
from incidents.services.warning_letters import (
    digests_since,
    write_alarm,
    write_digests,
)
from incidents.workflow import ALIVE, Kind
from zones.days import civil_day
from zones.models import Municipality

HAZARD = "hazard"
#: The earliest warning, and the longest run of days off that can bring it forward.
_AHEAD = dt.timedelta(days=10 + 14)
_AT_A_TIME = 500


def warn_everywhere(*, now: dt.datetime) -> int:
    """All towns; tell how many warnings were given. A second call on a day gives none again."""
    return sum(warn_of_terms(municipality=town, now=now) for town in Municipality.objects.all())


def warn_of_terms(*, municipality: Municipality, now: dt.datetime) -> int:
    """Give the warnings of a day, then write each person one letter about all of theirs.

    At night and on days off it does nothing; the day after does it. A run that broke off is
    finished by the next one, and nobody is warned twice of the same.
    """
    calendar = calendar_of(municipality, None)
    if is_quiet(now.astimezone(ZoneInfo(municipality.timezone)), calendar):
        return 0
    today = civil_day(now, municipality.timezone)
    if digests_since(municipality, today):
        return 0
    ladder = Ladder(municipality, today)
    given = sum(
        _warn(clock, stage, ladder, now) for clock, stage in _due(municipality, today, calendar)
    )
    write_digests(municipality, now)
    return given


@transaction.atomic
def alarm(incident: Incident, now: dt.datetime) -> int:
    """Alarm the duty officers about a danger, day and night, once each; tell how many.

    They are the head and the dispatchers of the department, or of the whole town while nobody is
    responsible. A report that goes to another department alarms that one as well.
    """
    if incident.category is None or not incident.category.is_hazard:
        return 0
    if incident.status not in ALIVE:
        return 0
    (locked,) = lock_in_order([incident])
    today = civil_day(now, locked.municipality.timezone)
    told = set(locked.alerts.filter(code=HAZARD).values_list("user", flat=True))
    readers = Ladder(locked.municipality, today).on_duty(locked)
    new = [reader for reader in readers if reader.user.pk not in told]
    if not new and (readers or told):
        return 0
    _write(incident, _Warning(HAZARD, today, 0, HEAD, True), new, now)
    for reader in new:
        write_alarm(incident, reader, now)
    return len(new)


class _Warning:
    """What a warning is about."""

    def __init__(
        self, code: str, due_on: dt.date, days_before: int, level: str, is_binding: bool
    ) -> None:
        self.code, self.due_on, self.days_before = code, due_on, days_before
        self.level, self.is_binding = level, is_binding


def _due(
    town: Municipality, today: dt.date, calendar: LegalCalendar
) -> Iterator[tuple[Clock, int]]:
    """Terms to warn of today with the stage they reached, in the order of their reports."""
    running = (
        Clock.objects.running()
        .filter(incident__municipality=town, due_on__lte=today + _AHEAD)
        .select_related("incident__municipality", "incident__category", "incident__handler")
        .order_by("incident", "pk")
    )
    last = 0
    while clocks := list(running.filter(pk__gt=last).order_by("pk")[:_AT_A_TIME]):
        last = clocks[-1].pk
        sent = _sent(clocks)
        for clock in clocks:
            stage = stage_of(
                started_on=clock.started_on,
                due_on=clock.due_on,
                today=today,
                calendar=calendar,
                sent=sent.get((clock.incident_id, clock.code, clock.due_on), ()),
            )
            if stage is not None:
                yield clock, stage


def _sent(clocks: Sequence[Clock]) -> dict[tuple[int, str, dt.date], set[int]]:
    rows = Alert.objects.filter(incident__in={clock.incident_id for clock in clocks})
    found: dict[tuple[int, str, dt.date], set[int]] = {}
    for incident, code, due_on, days in rows.values_list(
        "incident", "code", "due_on", "days_before"
    ):
        found.setdefault((incident, code, due_on), set()).add(days)
    return found


@transaction.atomic
def _warn(clock: Clock, stage: int, ladder: Ladder, now: dt.datetime) -> bool:
    """Give one warning, unless the report moved on or somebody else gave it meanwhile."""
    (incident,) = lock_in_order([clock.incident])
    current = Clock.objects.running().filter(pk=clock.pk, due_on=clock.due_on)
    given = Alert.objects.filter(
        incident=incident, code=clock.code, due_on=clock.due_on, days_before__lte=stage
    )
    if given.exists() or not current.exists():
        return False
    levels = levels_of(stage, is_binding=clock.is_binding)
    readers = ladder.readers(incident, levels)
    about = _Warning(clock.code, clock.due_on, stage, levels[-1], clock.is_binding)
    _write(incident, about, readers, now)
    return True


def _write(
    incident: Incident, about: _Warning, readers: Sequence[Reader], now: dt.datetime
) -> None:
    """Rows and event together; where nobody stands on the ladder, that is written down too."""
    common = {
        "incident": incident,
        "code": about.code,
        "due_on": about.due_on,
        "days_before": about.days_before,
        "at": now,
    }
    rows = [
        Alert(**common, level=one.level, user=one.user, instead_of=one.instead_of)
        for one in readers
    ]
    # An earlier alarm to nobody is not repeated.
    Alert.objects.bulk_create(
        rows or [Alert(**common, level=about.level)], ignore_conflicts=not rows
    )
    by_level = groupby(sorted(readers, key=lambda one: one.level), key=lambda one: one.level)
    record(
        incident=incident,
        kind=Kind.WARNED,
        data={
            "code": about.code,
            "due_on": about.due_on.isoformat(),
            "days_before": about.days_before,
            "is_binding": about.is_binding,
            "level": about.level,
            "people": {level: [one.user.pk for one in group] for level, group in by_level},
        },
        actor=SYSTEM,
        now=now,
    )
