"""Says a notice in words, the same on pages, in letters, feeds and on paper."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.models import Announcement
from zones.names import in_language

SHORT = 140


def when_words(announcement: Announcement) -> str:
    """The period in the active language and the town's time; "" when there is none."""
    zone = ZoneInfo(announcement.municipality.timezone)
    begins = announcement.starts_at and announcement.starts_at.astimezone(zone)
    ends = announcement.ends_at and announcement.ends_at.astimezone(zone)
    if begins and ends:
        if begins.date() == ends.date():
            words = {"day": _day(begins), "from": _time(begins), "until": _time(ends)}
            return _("%(day)s, %(from)s to %(until)s") % words
        return _("%(from)s to %(until)s") % {"from": _moment(begins), "until": _moment(ends)}
    if begins:
        return _("from %(from)s") % {"from": _moment(begins)}
    if ends:
        return _("until %(until)s") % {"until": _moment(ends)}
    return ""


def meeting_place(announcement: Announcement) -> str:
    """Where people meet, in the active language; "" when it is no event."""
    return in_language(announcement.place_words, announcement.municipality.languages)


def area_words(announcement: Announcement) -> str:
    """The area in words, in the active language."""
    if announcement.target is None:
        return _("The whole town")
    return announcement.target.description or announcement.target.name


def in_short(text: str, longest: int = SHORT) -> str:
    """The beginning of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:–- ") + "…"


def _moment(local: dt.datetime) -> str:
    if (local.hour, local.minute) == (0, 0):
        return _day(local)
    return _("%(day)s, %(time)s") % {"day": _day(local), "time": _time(local)}


def _day(local: dt.datetime) -> str:
    return date_format(local.date(), "DATE_FORMAT")


def _time(local: dt.datetime) -> str:
    return date_format(local, "TIME_FORMAT")
