"""The number and day of the town's own register beside ours: set one by one, or from a table."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.csv_rows import Column, FaultyFile, Row, RowFault, read_table
from departments.loading.tables import Loaded, day_of, row_refused, whole_or_nothing
from incidents.models import Incident, IncidentEvent
from incidents.querysets import IncidentQuerySet
from incidents.services.recording import Actor, record
from incidents.workflow import Kind
from zones.days import civil_day

LONGEST_NUMBER = 40
REGISTER_COLUMNS = (
    Column("reference", is_required=True, is_filled=True, longest=20),
    Column("number", is_required=True, is_filled=True, longest=LONGEST_NUMBER),
    Column("date", is_required=True, is_filled=True, longest=10),
)

__all__ = [
    "REGISTER_COLUMNS",
    "FaultyFile",
    "load_register_numbers",
    "register_rows",
    "set_register_number",
]


@transaction.atomic
def set_register_number(
    *, incident: Incident, number: str, on: dt.date, actor: Actor, now: dt.datetime
) -> IncidentEvent | None:
    """Enter under which number and on which day the town's register has a report.

    The legal terms start on that day. What stands there already is not entered again.

    Raises:
        ValidationError: at a field `no_number`, `too_long`, `in_future`, `taken`.
    """
    number = " ".join(number.split())
    refuse_number(incident.municipality.timezone, number, on, now)
    if (incident.register_number, incident.registered_on) == (number, on):
        return None
    twins = Incident.objects.in_municipality(incident.municipality).exclude(pk=incident.pk)
    twin = twins.filter(register_number=number, registered_on__year=on.year).first()
    if twin is not None:
        sentence = _("Report %(reference)s has this number already.")
        raise _at("number", "taken", sentence % {"reference": twin.reference})
    return record(
        incident=incident,
        kind=Kind.REGISTERED,
        data={"number": number, "on": on.isoformat()},
        actor=actor,
        now=now,
    )


def refuse_number(timezone: str, number: str, on: dt.date | None, now: dt.datetime) -> None:
    """Refuse what no register says: `no_number`, `too_long`, `no_day`, `in_future`."""
    if not number:
        raise _at("number", "no_number", _("Write the number of the register."))
    if len(number) > LONGEST_NUMBER:
        sentence = _("Write at most %(most)d characters.") % {"most": LONGEST_NUMBER}
        raise _at("number", "too_long", sentence)
    if on is None:
        raise _at("on", "no_day", _("Write the day on which it was registered."))
    if on > civil_day(now, timezone):
        raise _at("on", "in_future", _("This day has not come yet."))


def load_register_numbers(
    *, incidents: IncidentQuerySet, raw: bytes, actor: Actor, now: dt.datetime, is_trial: bool
) -> Loaded:
    """Enter the numbers of a table, all or none; reports it does not name stay as they are.

    Args:
        incidents: those the actor may enter numbers for.

    Raises:
        FaultyFile: with each line that is wrong; nothing is stored then.
    """
    table = read_table(raw, REGISTER_COLUMNS, unique=("reference",))
    faults: list[RowFault] = list(table.faults)
    loaded = Loaded()
    with whole_or_nothing(faults, is_trial=is_trial):
        asked = [row["reference"] for row in table.sound_rows]
        found = incidents.filter(reference__in=asked).select_related("municipality")
        known = {one.reference: one for one in found}
        # In the order of their ids, so that two loads never wait for each other.
        for row in sorted(table.sound_rows, key=lambda row: _place(known, row)):
            with row_refused(faults, row.line):
                _take(known, row, loaded, actor, now)
    return loaded


def register_rows(incidents: IncidentQuerySet) -> Iterable[tuple[str, str, str]]:
    """What is exported: the columns of the import, newest reports last."""
    rows = incidents.order_by("reported_at", "pk")
    for reference, number, on in rows.values_list(
        "reference", "register_number", "registered_on"
    ).iterator(chunk_size=500):
        yield reference, number, on.isoformat() if on else ""


def _place(known: dict[str, Incident], row: Row) -> int:
    one = known.get(row["reference"])
    return one.pk if one else 0


def _take(
    known: dict[str, Incident], row: Row, loaded: Loaded, actor: Actor, now: dt.datetime
) -> None:
    incident = known.get(row["reference"])
    if incident is None:
        sentence = _("There is no report “%(reference)s”. Check the number.")
        raise ValidationError(sentence % {"reference": row["reference"]}, code="unknown")
    on = day_of(row, "date")
    assert on is not None  # noqa: S101 - the column must be filled
    had = incident.register_number
    event = set_register_number(
        incident=incident, number=row["number"], on=on, actor=actor, now=now
    )
    if event is None:
        loaded.unchanged += 1
    else:
        (loaded.changed if had else loaded.added).append(f"{incident.reference}: {row['number']}")


def _at(field: str, code: str, sentence: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})
