"""Legal days: which civil days are working days, and when a term ends; no ORM, no clock.

Days are civil days of the municipality, so summer time plays no part. A term starts the day after
the event: the day of the event is never counted. How a term given in months or years ends is the
same in both countries (Romanian Civil Code, article 2552; Bulgarian Obligations and Contracts Act,
article 72): on the day of the same number, or on the last day of a month that has no such day.
"""

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import holidays
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SATURDAY = 5
MONTHS_OF_YEAR = 12
LONGEST_TERM = 36_600
"""Days; a century is longer than any term and shorter than what would keep a page waiting."""


class UnknownCountryError(ValidationError):
    """A country whose public holidays nobody told us."""

    def __init__(self, country: str) -> None:
        super().__init__(
            _("The public holidays of “%(country)s” are not known. Choose another country."),
            code="unknown_country",
            params={"country": country},
        )


class UnknownYearError(ValidationError):
    """A year for which the public holidays are not known; a term there would be a guess."""

    def __init__(self, country: str, year: int) -> None:
        super().__init__(
            _("The public holidays of %(country)s are not known for the year %(year)s."),
            code="unknown_year",
            params={"country": country, "year": str(year)},
        )


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int, language: str = "") -> Mapping[dt.date, str]:
    """Public holidays of a country with their names, days given instead of them included.

    Raises:
        UnknownCountryError, UnknownYearError: where the answer would be a guess.
    """
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError as error:
        raise UnknownCountryError(country) from error
    if not known.start_year <= year <= known.end_year:
        raise UnknownYearError(country, year)
    spoken = next(
        (code for code in known.supported_languages if code.split("_")[0] == language), None
    )
    named = holidays.country_holidays(country, years=year, language=spoken)
    # Substitutes of late December can fall into the next year; each year answers for itself.
    return MappingProxyType({day: name for day, name in named.items() if day.year == year})


@dataclass(frozen=True, slots=True)
class LegalCalendar:
    """Working days of a country, with the days that a government or town declared otherwise."""

    country: str
    overlay: Mapping[dt.date, bool] = field(default_factory=dict)

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on a civil day: what was declared first, then holidays, weekends."""
        declared = self.overlay.get(day)
        if declared is not None:
            return declared
        is_holiday = day in public_holidays(self.country, day.year)
        return not is_holiday and day.weekday() < SATURDAY

    def next_working(self, day: dt.date) -> dt.date:
        """The day itself, or the first working day after it."""
        while not self.is_working(day):
            day = _later(self.country, day)
        return day

    def add_working_days(self, start: dt.date, count: int) -> dt.date:
        """The last day of a term of working days; a term of none ends on the day of the event."""
        _check(count)
        day = start
        for _counted in range(count):
            day = self.next_working(_later(self.country, day))
        return day

    def add_calendar_days(self, start: dt.date, count: int, *, roll_to_working: bool) -> dt.date:
        """The last day of a term of calendar days.

        Args:
            roll_to_working: a term that would end on a day off ends on the next working day.
        """
        _check(count)
        return self._ended(_shifted(self.country, start, count), roll_to_working)

    def add_months(self, start: dt.date, count: int, *, roll_to_working: bool) -> dt.date:
        """The last day of a term of months: the same number of day, or the month's last."""
        _check(count)
        month = start.month - 1 + count
        year, month = start.year + month // MONTHS_OF_YEAR, month % MONTHS_OF_YEAR + 1
        if year > dt.MAXYEAR:
            raise UnknownYearError(self.country, year)
        last = calendar.monthrange(year, month)[1]
        return self._ended(dt.date(year, month, min(start.day, last)), roll_to_working)

    def add_years(self, start: dt.date, count: int, *, roll_to_working: bool) -> dt.date:
        """The last day of a term of years; 29 February becomes 28 in a common year."""
        return self.add_months(start, count * MONTHS_OF_YEAR, roll_to_working=roll_to_working)

    def working_days_between(self, first: dt.date, until: dt.date) -> int:
        """How many working days lie in [first, until); none where `until` is not later."""
        if (until - first).days > LONGEST_TERM:
            raise _too_long()
        return sum(self.is_working(day) for day in _days(first, until))

    def _ended(self, day: dt.date, roll_to_working: bool) -> dt.date:
        return self.next_working(day) if roll_to_working else day


def _check(count: int) -> None:
    """Refuse terms that run backwards or for ever.

    Raises:
        ValidationError: `negative_term` or `too_long`.
    """
    if count < 0:
        raise ValidationError(
            _("A term cannot be shorter than nothing. Give 0 or more."), code="negative_term"
        )
    if count > LONGEST_TERM:
        raise _too_long()


def _too_long() -> ValidationError:
    return ValidationError(_("This term is longer than a century. Shorten it."), code="too_long")


def _shifted(country: str, day: dt.date, count: int) -> dt.date:
    try:
        return day + dt.timedelta(days=count)
    except OverflowError as error:
        raise UnknownYearError(country, dt.MAXYEAR + 1) from error


def _later(country: str, day: dt.date) -> dt.date:
    return _shifted(country, day, 1)


def _days(first: dt.date, until: dt.date) -> Iterator[dt.date]:
    for ordinal in range(first.toordinal(), until.toordinal()):
        yield dt.date.fromordinal(ordinal)
