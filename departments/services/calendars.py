"""Naming calendars and publishing what differs from the public holidays."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.legal_days import LegalCalendar, public_holidays
from departments.models import Calendar, CalendarVersion, Department
from zones.models import Municipality
from zones.names import in_language
from zones.services.history import Subject, record_change


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """A day that is worked or not, whatever the holidays say, and the act that says so."""

    day: dt.date
    is_working: bool
    reason: str = ""
    act: str = ""

    def as_json(self) -> dict[str, Any]:
        """How a version keeps it."""
        return {
            "day": self.day.isoformat(),
            "is_working": self.is_working,
            "reason": self.reason,
            "act": self.act,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "DeclaredDay":
        """Read what a version keeps."""
        return cls(
            dt.date.fromisoformat(stored["day"]),
            bool(stored["is_working"]),
            str(stored.get("reason", "")),
            str(stored.get("act", "")),
        )


@transaction.atomic
def save_calendar(
    *,
    municipality: Municipality,
    code: str,
    names: Mapping[str, str],
    country: str,
    act: Act,
    calendar: Calendar | None = None,
) -> Calendar:
    """Add a calendar, or rename one; its first version declares nothing.

    Raises:
        ValidationError: with the field that is wrong; `unknown_country` for a country whose
            holidays are not known.
    """
    before = None
    if calendar is None:
        calendar = Calendar(municipality=municipality)
    else:
        calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
        before = _values(calendar)
    try:
        public_holidays(country, act.today_in(municipality).year)
    except ValidationError as refused:
        raise ValidationError({"country": refused}) from refused
    calendar.code, calendar.names, calendar.country = code, dict(names), country
    calendar.full_clean()
    calendar.save()
    _record(calendar, before, _values(calendar), act)
    return calendar


@transaction.atomic
def publish_version(
    *, calendar: Calendar, declared: Sequence[DeclaredDay], source: str, act: Act
) -> CalendarVersion:
    """Publish which days differ from now on; earlier versions stay and can be read.

    Args:
        declared: every such day, also those of the version before that stay.
        source: the act that the new version follows.

    Raises:
        ValidationError: `twice` for a day given twice, `unchanged` when it says what the latest
            version says, `no_source` without the act.
    """
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    days = sorted(declared, key=lambda one: one.day)
    if len({one.day for one in days}) != len(days):
        raise ValidationError(_("A day is given twice. Keep one of them."), code="twice")
    if not source.strip():
        sentence = _("Name the act that says so, such as the government's decision with its date.")
        raise ValidationError({"source": ValidationError(sentence, code="no_source")})
    latest = latest_version(calendar)
    overlay = [one.as_json() for one in days]
    before = latest.overlay if latest else []
    if overlay == before:
        raise ValidationError(
            _("This is what the calendar says already. Nothing was published."), code="unchanged"
        )
    version = CalendarVersion(
        calendar=calendar,
        number=latest.number + 1 if latest else 1,
        overlay=overlay,
        published_at=act.now,
        published_by=act.actor,
        source=source.strip(),
    )
    version.full_clean()
    version.save()
    _record(
        calendar,
        {"version": latest.number if latest else None, "days": _in_words(before)},
        {"version": version.number, "days": _in_words(overlay), "source": version.source},
        act,
    )
    return version


def latest_version(calendar: Calendar) -> CalendarVersion | None:
    """The version in force. One query."""
    return calendar.versions.order_by("-number").first()


def declared_days(version: CalendarVersion | None) -> list[DeclaredDay]:
    """The days that a version declares; none where there is no version yet."""
    return [DeclaredDay.from_json(stored) for stored in version.overlay] if version else []


def legal_calendar(calendar: Calendar, version: CalendarVersion | None = None) -> LegalCalendar:
    """What terms are reckoned by: the country's holidays and a version, the latest unless told."""
    days = declared_days(version or latest_version(calendar))
    return LegalCalendar(calendar.country, {one.day: one.is_working for one in days})


def calendar_of(municipality: Municipality, department: Department | None) -> LegalCalendar:
    """What the terms of an office are reckoned by: its calendar, else that of an office above it.

    Where none has one it is the town's first calendar, and without any the country's holidays.
    """
    above, met = department, set()
    while above is not None and above.pk not in met:
        if above.calendar is not None:
            return legal_calendar(above.calendar)
        met.add(above.pk)
        above = above.parent
    first = Calendar.objects.in_municipality(municipality).order_by("pk").first()
    return legal_calendar(first) if first else LegalCalendar(municipality.country)


def _values(calendar: Calendar) -> dict[str, Any]:
    return {"code": calendar.code, "names": dict(calendar.names), "country": calendar.country}


def _title(calendar: Calendar) -> str:
    spoken = calendar.municipality.languages
    return in_language(calendar.names, spoken, spoken[0])


def _in_words(overlay: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {
        one["day"]: ("working" if one["is_working"] else "off")
        + (f", {one['reason']}" if one.get("reason") else "")
        for one in overlay
    }


def _record(
    calendar: Calendar, before: Mapping[str, Any] | None, after: Mapping[str, Any], act: Act
) -> None:
    record_change(
        municipality=calendar.municipality,
        subject=Subject("calendar", calendar.code, _title(calendar)),
        before=before,
        after=after,
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )
