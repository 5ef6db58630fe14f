"""The civil day of a municipality, which decides what is in force there."""

import datetime as dt
from zoneinfo import ZoneInfo


def civil_day(moment: dt.datetime, timezone: str) -> dt.date:
    """The date on the town hall's wall at a moment; `timezone` is an IANA name."""
    return moment.astimezone(ZoneInfo(timezone)).date()
