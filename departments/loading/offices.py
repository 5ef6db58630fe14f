"""Loads departments: a row for each, known by its code; offices that are missing stay."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.csv_rows import Column, Row, RowFault, Table, as_switch, read_table
from departments.loading.tables import Loaded, name_columns, one_of, row_refused, whole_or_nothing
from departments.models import Calendar, Department
from departments.services import (
    DepartmentFacts,
    close_department,
    reopen_department,
    save_department,
)
from departments.services.offices import department_values
from zones.models import Municipality
from zones.models.municipality import LANGUAGES

DEPARTMENT_COLUMNS = (
    Column("code", is_required=True, is_filled=True, longest=40),
    *name_columns(),
    Column("kind"),
    Column("parent"),
    Column("calendar"),
    Column("email"),
    Column("phone", longest=40),
    Column("address", longest=200),
    Column("in_use"),
)
PLAIN = ("kind", "email", "phone", "address")


def load_departments(
    *, municipality: Municipality, raw: bytes, act: Act, is_trial: bool = False
) -> Loaded:
    """Add and change departments by their codes; a column that is left out changes nothing.

    Raises:
        FaultyFile: with each line that is wrong; nothing is stored then.
    """
    table = read_table(raw, DEPARTMENT_COLUMNS, unique=("code",))
    faults = list(table.faults)
    loaded = Loaded()
    with whole_or_nothing(faults, is_trial=is_trial):
        known = {row.code: row for row in Department.objects.in_municipality(municipality)}
        load = _Load(municipality, table, known, act)
        for row in load.parents_first(faults):
            with row_refused(faults, row.line):
                load.take(row, loaded)
    return loaded


class _Load:
    """One file on its way into one town."""

    def __init__(
        self, municipality: Municipality, table: Table, known: dict[str, Department], act: Act
    ) -> None:
        self.municipality, self.table, self.known, self.act = municipality, table, known, act
        rows = Calendar.objects.in_municipality(municipality)
        self.calendars = {row.code: row for row in rows}

    def parents_first(self, faults: list[RowFault]) -> Iterator[Row]:
        """Rows in an order in which each office comes after the one above it."""
        by_code = {row["code"]: row for row in self.table.sound_rows}
        done: set[str] = set()
        for row in self.table.sound_rows:
            waiting: list[Row] = []
            above: Row | None = row
            while above and above["code"] not in done:
                if above in waiting:
                    sentence = _("An office cannot belong to itself or to one of its own parts.")
                    faults.append(RowFault(row.line, sentence))
                    return
                waiting.append(above)
                above = by_code.get(above["parent"])
            done |= {one["code"] for one in waiting}
            yield from reversed(waiting)

    def take(self, row: Row, loaded: Loaded) -> None:
        """Add or change one department."""
        there = self.known.get(row["code"])
        before = department_values(there) if there else None
        saved = save_department(
            municipality=self.municipality,
            facts=self._facts(row, there),
            act=self.act,
            department=there,
        )
        saved = self._opened_or_closed(row, saved)
        self.known[saved.code] = saved
        if before is None:
            loaded.added.append(saved.name)
        elif before != department_values(saved):
            loaded.changed.append(saved.name)
        else:
            loaded.unchanged += 1

    def _facts(self, row: Row, there: Department | None) -> DepartmentFacts:
        facts = DepartmentFacts(row["code"], {})
        if there:
            plain = {name: getattr(there, name) for name in PLAIN}
            facts = DepartmentFacts(
                there.code, there.names, parent=there.parent, calendar=there.calendar, **plain
            )
        given: dict[str, Any] = {
            name: row[name] for name in PLAIN if name in self.table.columns and row[name]
        }
        given |= {name: "" for name in PLAIN[1:] if name in self.table.columns and not row[name]}
        if "parent" in self.table.columns:
            given["parent"] = one_of(self.known, row, "parent")
        if "calendar" in self.table.columns:
            given["calendar"] = one_of(self.calendars, row, "calendar")
        written = {code for code in LANGUAGES if f"name_{code}" in self.table.columns}
        kept = {code: text for code, text in facts.names.items() if code not in written}
        return replace(facts, names=kept | row.names(), **given)

    def _opened_or_closed(self, row: Row, saved: Department) -> Department:
        if "in_use" not in self.table.columns or not row["in_use"]:
            return saved
        is_wanted = as_switch(row["in_use"])
        if is_wanted is None:
            sentence = _("Write yes or no.")
            raise ValidationError({"in_use": ValidationError(sentence, code="not_a_switch")})
        if is_wanted == saved.is_active:
            return saved
        if is_wanted:
            return reopen_department(department=saved, act=self.act)
        return close_department(department=saved, act=self.act)


def department_cells(department: Department) -> list[Any]:
    """A department as a row of the columns that are loaded."""
    parent, calendar = department.parent, department.calendar
    return [
        department.code,
        *(department.names.get(code, "") for code in LANGUAGES),
        department.kind,
        parent.code if parent else "",
        calendar.code if calendar else "",
        department.email,
        department.phone,
        department.address,
        "yes" if department.is_active else "no",
    ]
