"""Who changed what and when, in plain words; nothing here can be changed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import ListView

from accounts.models import User
from departments.access import Right
from departments.views.base import StaffView
from zones.exports import csv_file
from zones.models import SettingChange
from zones.setting_words import FieldChange, changes_in_words, kinds, title_of
from zones.views import ExportedView


class HistoryView(StaffView, ExportedView, ListView[SettingChange]):
    """Changes of settings, newest first, filtered by subject, person and day; also as CSV."""

    right = Right.OBSERVE
    template_name = "departments/history.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[SettingChange]:
        """What the filters leave."""
        rows = SettingChange.objects.in_municipality(self.municipality)
        chosen = self.filters
        if chosen["subject"]:
            rows = rows.about(chosen["subject"])
        if chosen["person"]:
            rows = rows.by(int(chosen["person"]))
        first, last = _day(chosen["first"]), _day(chosen["last"])
        rows = rows.between(first, last, self.municipality.timezone)
        return rows.select_related("changed_by").newest_first()

    @cached_property
    def filters(self) -> dict[str, str]:
        """What the reader chose; what is not known filters nothing."""
        asked = self.request.GET
        person = asked.get("person", "")
        subject = asked.get("subject", "")
        return {
            "subject": subject if subject in dict(kinds()) else "",
            "person": person if person.isdecimal() and len(person) <= 18 else "",
            "first": asked.get("first", "") if _day(asked.get("first", "")) else "",
            "last": asked.get("last", "") if _day(asked.get("last", "")) else "",
        }

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table with a line for each field that changed."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = (
            "changed_at",
            "person",
            "by_way_of",
            "subject",
            "name",
            "field",
            "before",
            "after",
        )
        rows = (
            (
                row.changed_at.isoformat(),
                (row.changed_by.email or str(row.changed_by)) if row.changed_by else "",
                row.origin,
                row.subject,
                row.label,
                change.label,
                change.before,
                change.after,
            )
            for row in self.get_queryset().iterator(chunk_size=500)
            for change in changes_in_words(row.subject, row.before, row.after)
        )
        return csv_file(f"{self.municipality.slug}-history", columns, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows in words, and who can be filtered by."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [_row(row) for row in page.object_list]
        own = SettingChange.objects.in_municipality(self.municipality)
        people = User.objects.filter(pk__in=own.values("changed_by"))
        return {
            **context,
            "page": page,
            "filters": self.filters,
            "subjects": sorted(kinds(), key=lambda kind: kind[1]),
            "people": people.order_by("full_name", "email"),
        }


def _row(row: SettingChange) -> dict[str, Any]:
    fields: list[FieldChange] = changes_in_words(row.subject, row.before, row.after)
    return {
        "change": row,
        "subject": title_of(row.subject),
        "fields": fields,
        "is_new": row.before is None,
    }


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
