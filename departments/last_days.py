"""People name last days; periods are stored half-open, by the first day without."""

import datetime as dt

DAY = dt.timedelta(days=1)


def day_after(day: dt.date | None) -> dt.date | None:
    """The first day without, of a last day."""
    return day + DAY if day else None


def day_before(day: dt.date | None) -> dt.date | None:
    """The last day, of a first day without."""
    return day - DAY if day else None
