"""Says when something may be done in a consultation, on the clock of the town; no ORM."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.phases import Opening


def moment_words(moment: dt.datetime, timezone: str) -> str:
    """Day and time in the active language on the town's clock; midnight is left out."""
    local = moment.astimezone(ZoneInfo(timezone))
    day = date_format(local.date(), "DATE_FORMAT")
    if (local.hour, local.minute) == (0, 0):
        return day
    return _("%(day)s, %(time)s") % {"day": day, "time": date_format(local, "TIME_FORMAT")}


def closed_words(opening: Opening, timezone: str) -> str:
    """Why it cannot be done now, and when it can or could."""
    if opening.opens_at is not None:
        when = moment_words(opening.opens_at, timezone)
        return _("This is not open yet. It opens on %(when)s.") % {"when": when}
    if opening.closed_at is not None:
        when = moment_words(opening.closed_at, timezone)
        return _("This is over. It was open until %(when)s.") % {"when": when}
    return _("This is not part of this consultation.")
