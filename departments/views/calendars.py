"""Calendars: which days are off, year by year, and publishing what differs."""

import calendar as months
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS_ABBR
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from departments.access import Right
from departments.forms import NEW_DAYS, CalendarForm, DeclareForm
from departments.legal_days import public_holidays
from departments.loading import CALENDAR_COLUMNS, calendar_rows
from departments.models import Calendar, CalendarVersion
from departments.services import (
    DeclaredDay,
    declared_days,
    latest_version,
    legal_calendar,
    publish_version,
    save_calendar,
)
from departments.views.base import AdministrationView, ChangeView
from zones.exports import csv_file
from zones.querysets import collated
from zones.views import ExportedView

YEARS = range(2000, 2100)


class CalendarListView(AdministrationView, ExportedView, TemplateView):
    """The town's calendars with the version in force; also as a file that can be loaded back."""

    template_name = "departments/calendars.html"

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The columns of load_calendars."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries however many calendars there are."""
        rows = list(self._calendars().prefetch_related("versions"))
        shown = [
            {
                "calendar": row,
                "version": max(row.versions.all(), key=lambda one: one.number, default=None),
            }
            for row in rows
        ]
        return super().get_context_data(calendars=shown, year=self.today.year, **kwargs)

    def _calendars(self) -> Any:
        own = Calendar.objects.in_municipality(self.municipality)
        return own.order_by(collated(self.language), "pk")

    def _csv(self) -> HttpResponseBase:
        names = [column.name for column in CALENDAR_COLUMNS]
        rows = (row for calendar in self._calendars() for row in calendar_rows(calendar))
        return csv_file(f"{self.municipality.slug}-calendars", names, rows)


class CalendarView(AdministrationView, TemplateView):
    """A year of a calendar, with the names of its days off; any version can be looked at."""

    template_name = "departments/calendar.html"

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of the address."""
        return calendar_of(self)

    @cached_property
    def year(self) -> int:
        """The year asked for, else this one."""
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) <= 4 else self.today.year
        return year if year in YEARS else self.today.year

    @cached_property
    def versions(self) -> list[CalendarVersion]:
        """All versions, the newest first."""
        return list(self.calendar.versions.select_related("published_by").order_by("-number"))

    @cached_property
    def version(self) -> CalendarVersion | None:
        """The version asked for, else the latest; an unknown one is not found."""
        asked = self.request.GET.get("version", "")
        if not asked:
            return self.versions[0] if self.versions else None
        for one in self.versions:
            if str(one.number) == asked:
                return one
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Twelve months, and the list of named days."""
        holidays = public_holidays(self.calendar.country, self.year, self.language)
        declared = {one.day: one for one in declared_days(self.version)}
        return super().get_context_data(
            calendar=self.calendar,
            year=self.year,
            months=self._months(holidays, declared),
            weekdays=[WEEKDAYS_ABBR[number] for number in range(7)],
            days=_named_days(self.year, holidays, declared),
            shown=self.version,
            versions=self.versions,
            is_latest=not self.versions or self.version == self.versions[0],
            **kwargs,
        )

    def _months(
        self, holidays: Mapping[dt.date, str], declared: Mapping[dt.date, DeclaredDay]
    ) -> list[dict[str, Any]]:
        legal = legal_calendar(self.calendar, self.version) if self.version else None
        legal = legal or legal_calendar(self.calendar)

        def cell(day: dt.date, month: int) -> dict[str, Any] | None:
            if day.month != month:
                return None
            return {
                "day": day,
                "is_off": not legal.is_working(day),
                "is_holiday": day in holidays,
                "is_declared": day in declared,
            }

        weeks = months.Calendar()
        return [
            {
                "name": MONTHS[month],
                "weeks": [
                    [cell(day, month) for day in week]
                    for week in weeks.monthdatescalendar(self.year, month)
                ],
            }
            for month in range(1, 13)
        ]


def _named_days(
    year: int, holidays: Mapping[dt.date, str], declared: Mapping[dt.date, DeclaredDay]
) -> list[dict[str, Any]]:
    """Every day of a year that has a name or was declared, in order."""
    days = sorted({*holidays, *(day for day in declared if day.year == year)})
    return [
        {"day": day, "name": holidays.get(day, ""), "declared": declared.get(day)} for day in days
    ]


class CalendarChangeView(ChangeView):
    """Adds a calendar, or renames one."""

    right = Right.ADMINISTER
    form_class = CalendarForm
    submit = gettext_lazy("Save")

    @cached_property
    def calendar(self) -> Calendar | None:
        """The one to rename; none when one is added."""
        return calendar_of(self) if "pk" in self.kwargs else None

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from what there is."""
        own = {"municipality": self.municipality, "calendar": self.calendar}
        return {**super().get_form_kwargs(), **own}

    def store(self, form: Any) -> str:
        """Save it."""
        saved = save_calendar(
            municipality=self.municipality,
            code=form.cleaned_data["code"],
            names=form.names(),
            country=form.cleaned_data["country"].upper(),
            act=self.act,
            calendar=self.calendar,
        )
        return _("%(name)s is saved.") % {"name": saved.name}

    def back(self) -> str:
        """The list."""
        return reverse("departments:calendars", args=[self.municipality.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its name."""
        one = self.calendar
        title = one.name if one else _("Add a calendar")
        return super().get_context_data(title=title, **kwargs)


class PublishView(ChangeView):
    """Adds days that differ, takes some out, and publishes the new version."""

    right = Right.ADMINISTER
    form_class = DeclareForm
    template_name = "departments/publish.html"
    title = gettext_lazy("Days that differ")
    submit = gettext_lazy("Publish")

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of the address."""
        return calendar_of(self)

    @cached_property
    def declared(self) -> list[DeclaredDay]:
        """What the latest version says."""
        return declared_days(latest_version(self.calendar))

    def get_form_kwargs(self) -> dict[str, Any]:
        """The days there are, to take out."""
        there = [(one.day.isoformat(), _in_words(one)) for one in self.declared]
        return {**super().get_form_kwargs(), "declared": there}

    def store(self, form: Any) -> str:
        """Publish what is left and what is new."""
        data = form.cleaned_data
        dropped = set(data.get("drop", ()))
        days = [one for one in self.declared if one.day.isoformat() not in dropped]
        for number in range(1, NEW_DAYS + 1):
            if day := data[f"day_{number}"]:
                is_working = data[f"state_{number}"] == "working"
                days.append(DeclaredDay(day, is_working, data[f"reason_{number}"], data["source"]))
        version = publish_version(
            calendar=self.calendar, declared=days, source=data["source"], act=self.act
        )
        return _("Version %(number)d is published.") % {"number": version.number}

    def back(self) -> str:
        """The calendar's page."""
        return reverse("departments:calendar", args=[self.municipality.slug, self.calendar.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which calendar, and the empty rows for days."""
        context = super().get_context_data(lead=self.calendar.name, **kwargs)
        form = context["form"]
        names = ("day", "state", "reason")
        numbers = range(1, NEW_DAYS + 1)
        rows = [[form[f"{name}_{number}"] for name in names] for number in numbers]
        return {**context, "rows": rows}


def _in_words(one: DeclaredDay) -> str:
    state = _("working day") if one.is_working else _("day off")
    return " · ".join(filter(None, [one.day.isoformat(), state, one.reason]))


def calendar_of(view: AdministrationView | ChangeView) -> Calendar:
    """The calendar of the address, of the town of the address."""
    own = Calendar.objects.in_municipality(view.municipality)
    return get_object_or_404(own, pk=view.kwargs["pk"])
