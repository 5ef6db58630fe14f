"""The days of a legal notice and what is wrong with a plan of them; no ORM, no clock.

All days are civil days of the town. The day of the announcement is never counted: a term of n days
that was announced on day D runs in [D + 1, last + 1), where `last` is its n-th day. Written
proposals are in time on that last day until midnight. A bound says two days: before the `sure` one
the law is broken for certain; from the `safe` one on nobody can say so. Between them lies what no
confirmed text decides (a last day off, a decision on the very last day), and that only warns.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from consultations.regimes import Edition, Figure
from departments.legal_days import LegalCalendar, public_holidays

DAY = dt.timedelta(days=1)
LONGEST_LOOK_BACK = 400


@dataclass(frozen=True, slots=True)
class Bound:
    """From which day on something is lawful."""

    sure: dt.date
    safe: dt.date
    is_confirmed: bool
    is_safe_confirmed: bool
    count: int
    unit: str

    def blocks(self, day: dt.date) -> bool:
        """Whether a confirmed rule forbids a day."""
        least = self.safe if self.is_safe_confirmed else self.sure
        return self.is_confirmed and day < least


@dataclass(frozen=True, slots=True)
class Given:
    """What the town plans; nothing is a day that was not set.

    Attributes:
        goes_on: when the draft goes on to what the law counts up to (endorsement, or decision).
    """

    announced_on: dt.date | None = None
    proposals_until: dt.date | None = None
    goes_on: dt.date | None = None
    decides_on: dt.date | None = None
    is_shortened: bool = False
    has_reasons: bool = False

    @property
    def step_on(self) -> dt.date | None:
        """The first day that must wait."""
        return self.goes_on or self.decides_on


@dataclass(frozen=True, slots=True)
class Days:
    """What was reckoned.

    Attributes:
        proposals: the last day for proposals must not lie before this.
        wait: the step must not lie before this.
        earliest: first lawful day of the step, the town's own term for proposals included.
        announce_by: last lawful day to announce for the planned step.
    """

    step: str
    proposals: Bound | None = None
    wait: Bound | None = None
    proposals_until: dt.date | None = None
    earliest: dt.date | None = None
    announce_by: dt.date | None = None
    can_shorten: bool = False
    # Whether a confirmed term is counted from the announcement.
    is_bound: bool = False
    digest: str = ""

    def as_json(self) -> dict[str, Any]:
        """How a notice keeps them."""
        stored = asdict(self)
        for name in ("proposals", "wait"):
            if stored[name]:
                stored[name] |= {key: stored[name][key].isoformat() for key in ("sure", "safe")}
        return {key: _plain(value) for key, value in stored.items()}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Days":
        """Read what a notice keeps; nothing kept is nothing reckoned."""
        plain = ("step", "can_shorten", "is_bound", "digest")
        read = {name: stored[name] for name in plain if name in stored}
        for name in ("proposals", "wait"):
            if stored.get(name):
                days = {key: _day(stored[name][key]) for key in ("sure", "safe")}
                read[name] = Bound(**{**stored[name], **days})
        for name in ("proposals_until", "earliest", "announce_by"):
            read[name] = _day(stored.get(name))
        return cls(**{"step": "decision", **read})


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong, in a code, with the days and numbers that its sentence names."""

    code: str
    is_blocking: bool
    figures: Mapping[str, Any] = field(default_factory=dict)


def term_end(figure: Figure, calendar: LegalCalendar, event: dt.date) -> dt.date:
    """The last day of a term; the day of the event is not counted."""
    if figure.unit == "working_days":
        return calendar.add_working_days(event, figure.count)
    return calendar.add_calendar_days(event, figure.count, roll_to_working=False)


def bound(figure: Figure, calendar: LegalCalendar, event: dt.date) -> Bound:
    """From which day on a term that begins with an event is kept."""
    sure = safe = term_end(figure, calendar, event)
    if figure.is_rolling:
        safe = calendar.next_working(sure)
    if figure.is_clear:
        safe = sure + DAY
    confirmed = figure.is_confirmed, figure.is_safe_confirmed
    return Bound(sure, safe, *confirmed, figure.count, figure.unit)


def reckon(edition: Edition, calendar: LegalCalendar, given: Given) -> Days:
    """All days of a notice.

    Raises:
        UnknownCountryError, UnknownYearError: where a day would be a guess.
    """
    proposals_by = _proposals_figure(edition, given)
    waits_by = edition.figures.get("wait")
    made = Days(
        step=edition.step,
        can_shorten="proposals_shortened" in edition.figures,
        is_bound=any(one.is_confirmed for one in (proposals_by, waits_by) if one),
    )
    if given.announced_on is None:
        return _with_announce_by(made, edition, calendar, given)
    proposals = bound(proposals_by, calendar, given.announced_on) if proposals_by else None
    wait = bound(waits_by, calendar, given.announced_on) if waits_by else None
    until = given.proposals_until or (proposals.safe if proposals else None)
    made = replace(
        made,
        proposals=proposals,
        wait=wait,
        proposals_until=until,
        earliest=_earliest(wait, proposals, until),
    )
    return _with_announce_by(made, edition, calendar, given)


def moved(kept: Days, given: Given) -> Days:
    """What was reckoned, for a later step or a longer term for proposals; no day is counted anew.

    Once a notice was given its terms are those that were told, whatever calendars say since.
    """
    until = given.proposals_until or kept.proposals_until
    earliest = _earliest(kept.wait, kept.proposals, until)
    return replace(kept, proposals_until=until, earliest=earliest, announce_by=None)


def flaws(days: Days, given: Given) -> list[Flaw]:
    """What is wrong with the planned days, by what was reckoned for them."""
    found = _shortening(days, given)
    if given.announced_on is None:
        return [*found, Flaw("no_announcement", days.is_bound)]
    until, step = days.proposals_until, given.step_on
    if days.proposals and until and until < days.proposals.safe:
        found.append(
            Flaw(
                "proposals_short",
                days.proposals.blocks(until),
                {"day": until, "least": days.proposals.safe, "count": days.proposals.count},
            )
        )
    if step is None:
        return found
    if days.wait and step < days.wait.safe:
        figures = {"day": step, "least": days.earliest, "announce_by": days.announce_by}
        found.append(
            Flaw("too_early", days.wait.blocks(step), {**figures, "count": days.wait.count})
        )
    if until and step <= until:
        # Whoever promises a term must not decide within it, whatever the law says of its length.
        is_sure = days.proposals is not None and days.proposals.is_confirmed
        is_blocking = given.proposals_until is not None or (is_sure and step <= _sure_end(days))
        found.append(Flaw("while_open", is_blocking, {"day": step, "until": until}))
    if given.goes_on and given.decides_on and given.decides_on < given.goes_on:
        found.append(Flaw("backwards", True, {"day": given.decides_on, "until": given.goes_on}))
    return found


def digest_of(calendar: LegalCalendar, first: dt.date, last: dt.date) -> str:
    """SHA-256 over the public holidays of the years concerned and the days declared otherwise."""
    years = range(first.year, last.year + 1)
    told = {
        "country": calendar.country,
        "holidays": sorted(
            day.isoformat() for year in years for day in public_holidays(calendar.country, year)
        ),
        "declared": {day.isoformat(): works for day, works in sorted(calendar.overlay.items())},
    }
    written = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(written: str | None) -> dt.date | None:
    return dt.date.fromisoformat(written) if written else None


def _sure_end(days: Days) -> dt.date:
    return days.proposals.sure if days.proposals else dt.date.min


def _proposals_figure(edition: Edition, given: Given) -> Figure | None:
    usual = edition.figures.get("proposals")
    return edition.figures.get("proposals_shortened", usual) if given.is_shortened else usual


def _earliest(wait: Bound | None, proposals: Bound | None, until: dt.date | None) -> dt.date | None:
    """The first day after every term, the lawful one for proposals also where a shorter is set."""
    ends = [until, proposals.safe if proposals else None]
    known = [wait.safe if wait else None, *(day + DAY for day in ends if day)]
    return max((day for day in known if day), default=None)


def _with_announce_by(made: Days, edition: Edition, calendar: LegalCalendar, given: Given) -> Days:
    """The same days with the last day to announce, and the digest of what they were counted by."""
    known = [given.announced_on, given.step_on, made.earliest, made.proposals_until]
    held = [day for day in known if day]
    if not held:
        return made
    by = _announce_by(edition, calendar, given)
    digest = digest_of(calendar, min([*held, by or held[0]]), max(held))
    return replace(made, announce_by=by, digest=digest)


def _announce_by(edition: Edition, calendar: LegalCalendar, given: Given) -> dt.date | None:
    """The last day on which announcing still leaves the shortest lawful terms before the step.

    Terms never end earlier for a later announcement, so the first day that fits, going back, is it.
    """
    step, proposals = given.step_on, _proposals_figure(edition, given)
    wait = edition.figures.get("wait")
    if step is None or (proposals is None and wait is None):
        return None
    for back in range(1, LONGEST_LOOK_BACK):
        day = step - back * DAY
        waited = bound(wait, calendar, day).safe if wait else None
        told = bound(proposals, calendar, day).safe if proposals else None
        if (waited is None or waited <= step) and (told is None or told < step):
            return day
    return None


def _shortening(days: Days, given: Given) -> list[Flaw]:
    if not given.is_shortened:
        return []
    if not days.can_shorten:
        return [Flaw("cannot_shorten", is_blocking=False)]
    if given.has_reasons:
        return []
    is_sure = days.proposals is not None and days.proposals.is_confirmed
    return [Flaw("no_reasons", is_blocking=is_sure)]
