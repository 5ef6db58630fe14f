"""Whether a rule holds at an hour of the week, on the wall of the town hall; no ORM, no clock.

A window that ends before it begins goes over midnight, and its weekday is the one it begins on:
Friday 22:00 to 06:00 holds on Saturday at 05:59. It holds at its first minute, not at its last;
one that ends when it begins is the whole day.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MONDAY, SUNDAY = 1, 7
MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class Window:
    """Weekdays by their ISO number, none for every day, and hours, none for the whole day."""

    weekdays: tuple[int, ...] = ()
    begins: dt.time | None = None
    ends: dt.time | None = None

    @property
    def is_always(self) -> bool:
        """Whether it says nothing about time."""
        return not self.weekdays and self.begins is None and self.ends is None

    def holds(self, weekday: int, clock: dt.time) -> bool:
        """Whether it holds on a weekday at an hour."""
        begins, ends = self.begins or MIDNIGHT, self.ends or MIDNIGHT
        if begins < ends:
            return self._on(weekday) and begins <= clock < ends
        if clock >= begins and self._on(weekday):
            return True
        return clock < ends and self._on(weekday - 1 or SUNDAY)

    def _on(self, weekday: int) -> bool:
        return not self.weekdays or weekday in self.weekdays


def window_of(weekdays: Sequence[int], begins: dt.time | None, ends: dt.time | None) -> Window:
    """The window of a rule as it is stored."""
    return Window(tuple(weekdays), begins, ends)


def moments_of(windows: Iterable[Window]) -> Iterator[tuple[int, dt.time]]:
    """Weekdays and hours after which nothing changes until the next: enough to try a whole week."""
    hours = {MIDNIGHT}
    for window in windows:
        hours |= {hour for hour in (window.begins, window.ends) if hour is not None}
    for weekday in range(MONDAY, SUNDAY + 1):
        for hour in sorted(hours):
            yield weekday, hour
