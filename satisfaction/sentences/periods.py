"""Periods in words: `October 2026` as a label, `In October 2026` at the beginning of a sentence."""

import datetime as dt

from django.utils import translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from satisfaction.facts import Period

ROLLING = "rolling"


def period_label(period: Period, language: str) -> str:
    """A period as it stands in a heading, or behind a word such as `since`."""
    with translation.override(language):
        return _label(period)


def period_phrase(period: Period, language: str) -> str:
    """A period as a sentence begins with it."""
    with translation.override(language):
        words = _words(period)
        if period.span == ROLLING:
            return _("In the twelve months up to the end of %(last)s %(until_year)s") % words
        if _is_month(period):
            return _("In %(first)s %(year)s") % words
        if _is_year(period):
            return _("In %(year)s") % words
        return _("From %(first)s to %(last)s %(until_year)s") % words


def period_before(period: Period) -> Period:
    """The period of the same length that ends where this one begins."""
    months = _months(period)
    number = period.first_day.year * 12 + period.first_day.month - 1 - months
    return Period(period.span, dt.date(number // 12, number % 12 + 1, 1), period.first_day)


def _label(period: Period) -> str:
    words = _words(period)
    if period.span == ROLLING:
        return _("twelve months up to the end of %(last)s %(until_year)s") % words
    if _is_month(period):
        return _("%(first)s %(year)s") % words
    if _is_year(period):
        return _("%(year)s") % words
    return _("%(first)s to %(last)s %(until_year)s") % words


def _words(period: Period) -> dict[str, str]:
    last = period.until - dt.timedelta(days=1)
    return {
        "first": _month(period.first_day),
        "last": _month(last),
        "year": str(period.first_day.year),
        "until_year": str(last.year),
    }


def _month(day: dt.date) -> str:
    """The name of a month; only English writes it with a capital letter in mid-sentence."""
    name = str(MONTHS[day.month])
    return name if (translation.get_language() or "en").startswith("en") else name.lower()


def _months(period: Period) -> int:
    first, until = period.first_day, period.until
    return (until.year - first.year) * 12 + until.month - first.month


def _is_month(period: Period) -> bool:
    return _months(period) == 1


def _is_year(period: Period) -> bool:
    return _months(period) == 12 and period.first_day.month == 1
