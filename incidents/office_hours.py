"""Working hours of an office: by the clock on its wall, measured in real hours; no ORM."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from departments.legal_days import LegalCalendar
from incidents.regimes import Regime

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office works: by the clock on its wall, measured in real hours."""

    regime: Regime
    calendar: LegalCalendar
    zone: ZoneInfo

    def ends(self, start: dt.datetime, left: dt.timedelta) -> dt.datetime:
        """The moment at which so much time was worked after a start."""
        for opens, closes in self._windows(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, dt.timedelta())
        raise AssertionError("Days do not end.")

    def between(self, start: dt.datetime, until: dt.datetime) -> dt.timedelta:
        """How much time is worked in [start, until)."""
        found = dt.timedelta()
        for opens, closes in self._windows(start):
            if opens >= until:
                break
            found += max(min(closes, until) - max(opens, start), dt.timedelta())
        return found

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The civil day of a moment."""
        return moment.astimezone(self.zone).date()

    def _windows(self, start: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """In UTC: an hour that the clock jumps over or shows twice is as long as it was."""
        day = self.day_of(start)
        while True:
            day = self.calendar.next_working(day)
            times = (self.regime.opens, self.regime.closes)
            opens, closes = (dt.datetime.combine(day, one, self.zone) for one in times)
            yield opens.astimezone(dt.UTC), closes.astimezone(dt.UTC)
            day += DAY
