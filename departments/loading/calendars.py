"""Loads calendars: a row for each day that differs; the rows of a calendar are all its days."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.csv_rows import Column, Row, RowFault, Table, read_table
from departments.loading.tables import (
    Loaded,
    day_of,
    name_columns,
    row_refused,
    whole_or_nothing,
)
from departments.models import Calendar
from departments.services import (
    DeclaredDay,
    declared_days,
    latest_version,
    publish_version,
    save_calendar,
)
from zones.models import Municipality
from zones.models.municipality import LANGUAGES

CALENDAR_COLUMNS = (
    Column("calendar", is_required=True, is_filled=True, longest=40),
    *name_columns(),
    Column("country", longest=2),
    Column("day"),
    Column("state"),
    Column("reason", longest=200),
    Column("act", longest=200),
)
STATES = {"off": False, "working": True}
LONGEST_SOURCE = 300


def load_calendars(
    *, municipality: Municipality, raw: bytes, act: Act, is_trial: bool = False
) -> Loaded:
    """Add calendars and publish a new version of each whose days differ from the latest.

    Raises:
        FaultyFile: with each line that is wrong; nothing is stored then.
    """
    table = read_table(raw, CALENDAR_COLUMNS, unique=("calendar", "day"))
    faults = list(table.faults)
    loaded = Loaded()
    with whole_or_nothing(faults, is_trial=is_trial):
        known = {row.code: row for row in Calendar.objects.in_municipality(municipality)}
        for rows in _by_calendar(table):
            declared = list(_declared(rows, faults))
            with row_refused(faults, rows[0].line):
                _take(municipality, known.get(rows[0]["calendar"]), rows, declared, act, loaded)
    return loaded


def _by_calendar(table: Table) -> list[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.sound_rows:
        found.setdefault(row["calendar"], []).append(row)
    return list(found.values())


def _declared(rows: Sequence[Row], faults: list[RowFault]) -> Iterator[DeclaredDay]:
    for row in rows:
        with row_refused(faults, row.line):
            day = day_of(row, "day")
            if day is None:
                continue
            if row["state"].lower() not in STATES:
                sentence = _("Write off or working.")
                raise ValidationError({"state": ValidationError(sentence, code="unknown_state")})
            yield DeclaredDay(day, STATES[row["state"].lower()], row["reason"], row["act"])


def _take(
    municipality: Municipality,
    calendar: Calendar | None,
    rows: Sequence[Row],
    declared: Sequence[DeclaredDay],
    act: Act,
    loaded: Loaded,
) -> None:
    first = rows[0]
    names = {code: text for row in reversed(rows) for code, text in row.names().items()}
    saved = save_calendar(
        municipality=municipality,
        code=first["calendar"],
        names={**(calendar.names if calendar else {}), **names},
        country=first["country"].upper()
        or (calendar.country if calendar else municipality.country),
        act=act,
        calendar=calendar,
    )
    is_renamed = calendar is not None and (calendar.names, calendar.country) != (
        saved.names,
        saved.country,
    )
    wanted = sorted(declared, key=lambda one: one.day)
    is_new_version = wanted != declared_days(latest_version(saved))
    if is_new_version:
        acts = "; ".join(dict.fromkeys(one.act for one in wanted if one.act)) or act.origin
        publish_version(
            calendar=saved, declared=wanted, source=acts[:LONGEST_SOURCE] or _("a file"), act=act
        )
    if calendar is None:
        loaded.added.append(saved.name)
    elif is_renamed or is_new_version:
        loaded.changed.append(saved.name)
    else:
        loaded.unchanged += 1


def calendar_rows(calendar: Calendar) -> Iterator[list[Any]]:
    """A calendar as rows of the columns that are loaded; one without a day where none differs."""
    names = [calendar.names.get(code, "") for code in LANGUAGES]
    start = [calendar.code, *names, calendar.country]
    days = declared_days(latest_version(calendar))
    for one in days:
        yield [*start, one.day, "working" if one.is_working else "off", one.reason, one.act]
    if not days:
        yield [*start, "", "", "", ""]
