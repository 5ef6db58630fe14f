"""Reckons the terms of a report from its events; no ORM, no clock, the same answer for ever.

Days are civil days of the town, and the day of an event is not counted. A report is cut into
episodes: an answered one that is opened again begins the next. In each episode a term has one
start, at most one stop, and everything between is read from the files of incidents/regimes.

Events that decide a term say under `terms_by` which law, target and calendar hold from then on.
What is set later changes nothing before the next of them, and nothing once the term has ended.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from departments.legal_days import LegalCalendar
from incidents.office_hours import OfficeHours
from incidents.regimes import OPERATIONAL, Regime, Rule, regimes

RUNNING, PAUSED, MET, LATE, ENDED = "running", "paused", "met", "late", "ended"
DAY = dt.timedelta(days=1)
_CALENDARS = frozenset({"routed", "unrouted", "recalculated"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as its body holds it."""

    seq: int
    kind: str
    at: dt.datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edition:
    """A calendar as it was published at a moment."""

    number: int
    published_at: dt.datetime
    calendar: LegalCalendar
    # Which calendar it is; None is a country's holidays alone.
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What besides the events decides: the town's clock, and calendars as they were published.

    Regimes, target and editions by department hold for events that say nothing under `terms_by`.
    """

    regimes: Sequence[Regime]
    timezone: str
    # Oldest first; the first holds before it was published as well.
    editions: Mapping[int | None, Sequence[Edition]]
    target_hours: int | None = None
    # By calendar and number.
    published: Mapping[tuple[int | None, int], Edition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one report, as it stands after the last event."""

    code: str
    regime: str
    started_seq: int
    started_on: dt.date
    due_on: dt.date
    due_at: dt.datetime | None
    ended_on: dt.date | None
    state: str
    is_binding: bool
    calendar_version: int


@dataclass(frozen=True, slots=True)
class _Step:
    """An event in the words of the regimes, on its civil day."""

    seq: int
    name: str
    at: dt.datetime
    day: dt.date
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Episode:
    """The steps of one term, and what decides it."""

    rule: Rule
    regime: Regime
    steps: Sequence[_Step]
    start: _Step
    is_presumed: bool
    # The event that ended it, if one did, and whether that was what the law asks for.
    last: _Step | None
    is_stopped: bool

    @property
    def before_the_end(self) -> list[_Step]:
        """The steps that can still change the term."""
        return [step for step in self.steps if self.last is None or step.seq < self.last.seq]


def reckon(happenings: Sequence[Happening], basis: Basis) -> tuple[Term, ...]:
    """All terms that run or ran, in the order of the regimes and of their starts."""
    zone = ZoneInfo(basis.timezone)
    steps = [_step(one, zone) for one in happenings]
    is_anonymous = any(one.kind == "reported" and one.data["is_anonymous"] for one in happenings)
    found: list[Term] = []
    for regime in _regimes(steps, basis):
        if regime.needs_identity and is_anonymous:
            continue
        for code in regime.codes:
            for episode in _episodes(steps, regime, code):
                said = _said(episode, steps)
                if _holds(regime, said, basis):
                    found += _term(episode, steps, said, basis)
    return tuple(found)


def earliest_due(terms: Sequence[Term]) -> dt.date | None:
    """The day that is due first of all that run: a target as well as what the law binds to."""
    return min((one.due_on for one in terms if one.state == RUNNING), default=None)


def _regimes(steps: Sequence[_Step], basis: Basis) -> list[Regime]:
    """All that held at some time, the town's own targets last."""
    codes = [step.data["terms_by"]["regime"] for step in steps if "terms_by" in step.data]
    said = [regimes()[code] for code in codes if code in regimes()]
    held = {one.code: one for one in (*said, *basis.regimes)}
    if codes:
        held.setdefault(OPERATIONAL, regimes()[OPERATIONAL])
    return sorted(held.values(), key=lambda one: one.code == OPERATIONAL)


def _said(episode: _Episode, steps: Sequence[_Step]) -> Mapping[str, Any] | None:
    """What the events say the term goes by: the last word before it ended."""
    found = None
    for step in steps:
        if episode.last is not None and step.seq >= episode.last.seq:
            break
        found = step.data.get("terms_by", found)
    return found


def _holds(regime: Regime, said: Mapping[str, Any] | None, basis: Basis) -> bool:
    if said is None:
        return regime in basis.regimes
    return regime.code in (said["regime"], OPERATIONAL)


def _step(one: Happening, zone: ZoneInfo) -> _Step:
    name, day = one.kind, one.at.astimezone(zone).date()
    if name == "confirmed" or (name == "reported" and one.data.get("is_confirmed", True)):
        name = "received"
    elif name == "registered":
        day = dt.date.fromisoformat(one.data["on"])
    elif name == "leg_accepted" and one.data.get("registered_on"):
        name, day = "leg_registered", dt.date.fromisoformat(one.data["registered_on"])
    elif name == "passed_on" and one.data["step"] == "relations":
        name = "signed"
    return _Step(one.seq, name, one.at, day, one.data)


def _episodes(steps: Sequence[_Step], regime: Regime, code: str) -> Iterator[_Episode]:
    rules = sorted(
        (rule for rule in regime.rules if rule.code == code),
        key=lambda rule: rule.valid_from,
        reverse=True,
    )
    parts = _legs(steps) if rules[0].is_per_leg else _lives(steps, rules[0])
    for part in parts:
        for rule in rules:
            made = _episode(part, regime, rule)
            if made and made.start.day >= rule.valid_from:
                yield made
                break


def _lives(steps: Sequence[_Step], rule: Rule) -> Iterator[list[_Step]]:
    """Cut where a report is opened again after what the term asks for was done."""
    part: list[_Step] = []
    is_done = False
    for step in steps:
        if step.name == "reopened" and is_done:
            yield part
            part, is_done = [], False
        part.append(step)
        is_done = is_done or step.name in rule.stops
    yield part


def _legs(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """One part for each sending: it, its own answers, and what happens to the whole report."""
    for number, step in enumerate(steps):
        if step.name != "forwarded":
            continue
        leg = step.data.get("leg")
        yield [
            step,
            *(
                later
                for later in steps[number + 1 :]
                if later.name != "forwarded"
                and (not later.name.startswith("leg_") or later.data.get("leg") == leg)
            ),
        ]


def _episode(steps: Sequence[_Step], regime: Regime, rule: Rule) -> _Episode | None:
    starts = [step for step in steps if step.name in rule.starts]
    presumed = [step for step in steps if step.name in rule.presumed_starts]
    if starts and rule.takes == "first":
        start = min(starts, key=lambda step: (step.day, step.seq))
    elif starts:
        start = starts[-1]
    elif presumed:
        start = presumed[0]
    else:
        return None
    stop = next((step for step in steps if step.name in rule.stops), None)
    turns = [step for step in steps if step.name in rule.ends | rule.resumes]
    is_over = bool(turns) and turns[-1].name in rule.ends
    last = stop or (turns[-1] if is_over else None)
    return _Episode(rule, regime, steps, start, not starts, last, stop is not None)


def _term(
    episode: _Episode, steps: Sequence[_Step], said: Mapping[str, Any] | None, basis: Basis
) -> list[Term]:
    """The term of an episode; a target without hours is none."""
    rule, start = episode.rule, episode.start
    if said is None:
        edition, target = _edition(episode, steps, basis), basis.target_hours
    else:
        edition = basis.published[said["calendar"], said["version"]]
        target = said["target_hours"]
    if rule.unit == "working_hours":
        count = rule.count or target
        if not count:
            return []
        hours = OfficeHours(episode.regime, edition.calendar, ZoneInfo(basis.timezone))
        due_at, is_paused = _hours_due(episode, count, hours)
        due_on = hours.day_of(due_at)
    else:
        due_on, is_paused = _day_due(episode, edition.calendar)
        due_at = None
    last = episode.last
    return [
        Term(
            code=rule.code,
            regime=rule.regime,
            started_seq=start.seq,
            started_on=start.day,
            due_on=due_on,
            due_at=due_at,
            ended_on=last.day if last else None,
            state=_state(episode, due_on, due_at, is_paused),
            is_binding=rule.is_confirmed and not episode.is_presumed,
            calendar_version=edition.number,
        )
    ]


def _state(episode: _Episode, due_on: dt.date, due_at: dt.datetime | None, is_paused: bool) -> str:
    last = episode.last
    if last is None:
        return PAUSED if is_paused else RUNNING
    if not episode.is_stopped:
        return ENDED
    in_time = last.at <= due_at if due_at is not None else last.day <= due_on
    return MET if in_time else LATE


def _edition(episode: _Episode, steps: Sequence[_Step], basis: Basis) -> Edition:
    """The calendar of the department responsible, as it was when the term was last reckoned.

    Only where the events do not say it, as in histories that were brought in from elsewhere.
    """
    looked_up, department = episode.start.at, None
    for step in steps:
        if episode.last is not None and step.seq >= episode.last.seq:
            break
        if step.name in _CALENDARS:
            looked_up = max(looked_up, step.at)
        if step.name == "routed":
            department = step.data["department"]
        elif step.name == "unrouted":
            department = None
    editions = basis.editions.get(department) or basis.editions[None]
    known = [one for one in editions if one.published_at <= looked_up]
    return known[-1] if known else editions[0]


def _day_due(episode: _Episode, calendar: LegalCalendar) -> tuple[dt.date, bool]:
    """The last day of a term of days or months, and whether it waits."""
    rule, start = episode.rule, episode.start.day
    due = _extended(episode, calendar, _counted(calendar, start, rule.count, rule.unit))
    is_paused = False
    for begins, ends in _pauses(episode):
        if begins.day > due:
            break
        if ends is None:
            is_paused = True
            break
        first = max(begins.day, start + DAY)
        if rule.unit == "working_days":
            due = calendar.add_working_days(due, calendar.working_days_between(first, ends.day))
        else:
            due += max(ends.day - first, dt.timedelta())
    if rule.rolls_for_sure:
        due = calendar.next_working(due)
    return due, is_paused


def _counted(calendar: LegalCalendar, start: dt.date, count: int, unit: str) -> dt.date:
    if unit == "working_days":
        return calendar.add_working_days(start, count)
    if unit == "months":
        return calendar.add_months(start, count, roll_to_working=False)
    return calendar.add_calendar_days(start, count, roll_to_working=False)


def extended_due(rule: Rule, start: dt.date, due: dt.date, days: int) -> dt.date:
    """The last day after an extension, never beyond its limit; an unconfirmed one changes nothing.

    `due` is the last day without it.
    """
    if rule.extension is None or not rule.extension.is_confirmed:
        return due
    if rule.extension.most_days is not None:
        return due + dt.timedelta(days=min(days, rule.extension.most_days))
    months = rule.extension.most_months_in_all or 0
    limit = LegalCalendar("").add_months(start, months, roll_to_working=False)
    return min(due + dt.timedelta(days=days), max(limit, due))


def _extended(episode: _Episode, calendar: LegalCalendar, due: dt.date) -> dt.date:
    rule = episode.rule
    days = sum(
        step.data["days"]
        for step in episode.before_the_end
        if step.name == "extended" and step.data["code"] == rule.code
    )
    if not days:
        return due
    if rule.unit == "working_days" and rule.extension and rule.extension.is_confirmed:
        return calendar.add_working_days(due, min(days, rule.extension.most_days or days))
    return extended_due(rule, episode.start.day, due, days)


def _pauses(episode: _Episode) -> list[tuple[_Step, _Step | None]]:
    """Confirmed pauses that do not overlap, oldest first; the last one may still go on."""
    found: list[tuple[_Step, _Step | None]] = []
    held: set[int] = set()
    begun: _Step | None = None
    for step in episode.before_the_end:
        was_held = bool(held)
        for number, pause in enumerate(episode.rule.pauses):
            if pause.is_confirmed and step.name in pause.begins:
                held.add(number)
            elif step.name in pause.ends:
                held.discard(number)
        if held and not was_held:
            begun = step
        elif was_held and not held and begun:
            found.append((begun, step))
            begun = None
    return [*found, (begun, None)] if begun else found


def _hours_due(episode: _Episode, count: int, hours: "OfficeHours") -> tuple[dt.datetime, bool]:
    """The moment after so many hours in which the office works, and whether it waits.

    While it waits it is the moment it would end if the wait ended as it began.
    """
    moment, left = episode.start.at, dt.timedelta(hours=count)
    for begins, ends in _pauses(episode):
        if begins.at <= moment:
            pass
        elif (due := hours.ends(moment, left)) <= begins.at:
            return due, False
        else:
            left -= hours.between(moment, begins.at)
        moment = max(moment, begins.at)
        if ends is None:
            return hours.ends(moment, left), True
        moment = max(moment, ends.at)
    return hours.ends(moment, left), False
