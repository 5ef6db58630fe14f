"""Keeps the terms of a report as its events say.

`due_on` of a report is the earliest day of all terms that run, whether the law binds to it or the
town promised it to itself: who works by that order is late for nothing. A term that waits has none.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from itertools import chain
from typing import Any

import structlog

from departments.legal_days import LegalCalendar
from departments.models import Calendar, CalendarVersion, Department
from departments.services.calendars import legal_calendar
from incidents.models import Category, Clock, Incident, IncidentEvent
from incidents.regimes import OPERATIONAL, Regime, regimes
from incidents.terms import Basis, Edition, Happening, Term, earliest_due, reckon
from zones.models import Municipality

logger = structlog.get_logger(__name__)
_FIELDS = (
    "code", "regime", "started_seq", "started_on", "due_on", "due_at", "ended_on", "state",
    "is_binding", "calendar_version",
)  # fmt: skip
#: These say under `terms_by` what holds from then on; nothing else changes a day that was told.
LOOK_UP = frozenset(
    {
        "reported", "confirmed", "registered", "categorised", "routed", "unrouted", "reopened",
        "recalculated",
    }
)  # fmt: skip
Offices = Mapping[int | None, Sequence[Edition]]
Published = Mapping[tuple[int | None, int], Edition]
_UNREADABLE = "the terms cannot be reckoned, because an event is not as it was written"


def refresh_clocks(incident: Incident, ground: "Ground") -> None:
    """Reckon the terms again from all events, and put the earliest that runs into `due_on`.

    The caller saves the report. At most eight queries, however many events there are.
    """
    terms = reckoned(incident, happenings_of([incident])[incident.pk], ground)
    _store(incident, terms)
    incident.due_on = earliest_due(terms)


def recomputed(incident: Incident) -> list[Term]:
    """The terms as the events say, to compare with the stored ones; writes nothing."""
    return reckoned(incident, happenings_of([incident])[incident.pk], Ground(incident.municipality))


def stored(incident: Incident) -> list[Term]:
    """The terms as they are kept."""
    return [_as_term(row) for row in incident.clocks.all()]


def faults_among(
    incident: Incident, happenings: Sequence[Happening], ground: "Ground"
) -> list[str]:
    """Terms of a report that are kept otherwise than its events say, in words.

    No query where the terms of the report were fetched before and the ground is known.
    """
    try:
        right = set(reckoned(incident, happenings, ground))
    except (ValueError, KeyError, TypeError):
        return [_UNREADABLE]
    return _faults(incident, set(stored(incident)), right)


def differences(incident: Incident) -> list[str]:
    """The same for one report, with its events read here."""
    try:
        happenings = happenings_of([incident])[incident.pk]
    except (ValueError, KeyError, TypeError):
        return [_UNREADABLE]
    return faults_among(incident, happenings, Ground(incident.municipality))


def _faults(incident: Incident, kept: set[Term], right: set[Term]) -> list[str]:
    found = [
        f"the term {one.code}, due {one.due_on}, is not what the events say" for one in kept - right
    ]
    found += [f"the term {one.code}, due {one.due_on}, is missing" for one in right - kept]
    due_on = earliest_due(list(right))
    if incident.due_on != due_on:
        found.append(f"the report is due {incident.due_on} and not {due_on} as the events say")
    return sorted(found)


def happenings_of(incidents: Iterable[Incident]) -> dict[int, list[Happening]]:
    """The events of several reports, oldest first. One query."""
    found: dict[int, list[Happening]] = {one.pk: [] for one in incidents}
    rows = IncidentEvent.objects.filter(incident__in=list(found)).order_by("incident", "seq")
    for pk, seq, kind, at, body in rows.values_list("incident", "seq", "kind", "at", "body"):
        found[pk].append(Happening(seq, kind, at, json.loads(bytes(body))["data"]))
    return found


@dataclass(slots=True)
class Ground:
    """What the terms of all reports of a town are reckoned by; read once for many reports."""

    town: Municipality
    _offices: Offices = field(default_factory=dict)
    _published: Published = field(default_factory=dict)
    _categories: dict[int, tuple[str, int | None]] = field(default_factory=dict)

    def basis(self, category: int | None) -> Basis:
        """For a report of a category, by its number."""
        self._read()
        regime, hours = self._category(category)
        zone = self.town.timezone
        return Basis(_regimes(regime), zone, self._offices, hours, self._published)

    def said(self, kind: str, incident: Incident, data: Mapping[str, Any]) -> dict[str, Any]:
        """What an event says its terms go by from then on; most events say nothing.

        `incident` stands as it did before the event.
        """
        if kind not in LOOK_UP:
            return {}
        regime, hours = self._category(data.get("category", incident.category_id))
        office = None if kind == "unrouted" else data.get("department", incident.department_id)
        self._read()
        newest = (self._offices.get(office) or self._offices[None])[-1]
        return {
            "terms_by": {
                "regime": regime,
                "target_hours": hours,
                "calendar": newest.of,
                "version": newest.number,
            }
        }

    def _read(self) -> None:
        if not self._offices:
            self._offices, self._published = calendars_of(self.town)

    def _category(self, category: int | None) -> tuple[str, int | None]:
        if category is None:
            return "", None
        if category not in self._categories:
            rows = Category.objects.in_municipality(self.town)
            self._categories = {
                pk: (regime, hours)
                for pk, regime, hours in rows.values_list("pk", "regime", "target_hours")
            }
        return self._categories[category]


def reckoned(incident: Incident, happenings: Sequence[Happening], ground: Ground) -> list[Term]:
    """The terms of a report from its events."""
    return list(reckon(happenings, ground.basis(incident.category_id)))


def calendars_of(town: Municipality) -> tuple[Offices, Published]:
    """The publications of each department's calendar, oldest first, and all by number. 3 queries.

    A department without a calendar goes by that of the one above it, then by the town's first.
    """
    calendars = {one.pk: one for one in Calendar.objects.in_municipality(town).order_by("pk")}
    versions: dict[int, list[Edition]] = {pk: [] for pk in calendars}
    rows = CalendarVersion.objects.in_municipality(town).order_by("calendar", "number")
    for version in rows:
        made = legal_calendar(calendars[version.calendar_id], version)
        edition = Edition(version.number, version.published_at, made, version.calendar_id)
        versions[version.calendar_id].append(edition)
    bare = [_bare(town.country, None), *(_bare(one.country, pk) for pk, one in calendars.items())]
    published = {(one.of, one.number): one for one in (*bare, *chain(*versions.values()))}
    held = {pk: versions[pk] or [published[pk, 0]] for pk in calendars}
    own = next(iter(held.values()), bare[:1])
    rows_of = Department.objects.in_municipality(town).values_list("pk", "calendar", "parent")
    of = {pk: (calendar, parent) for pk, calendar, parent in rows_of}
    offices: dict[int | None, Sequence[Edition]] = {None: own}
    for pk in of:
        calendar = _calendar_above(pk, of)
        offices[pk] = own if calendar is None else held[calendar]
    return offices, published


def _bare(country: str, calendar: int | None) -> Edition:
    """A country's holidays, where nobody published what differs."""
    return Edition(0, dt.datetime(2000, 1, 1, tzinfo=dt.UTC), LegalCalendar(country), calendar)


def _calendar_above(pk: int, of: Mapping[int, tuple[int | None, int | None]]) -> int | None:
    at: int | None = pk
    met: set[int] = set()
    while at is not None and at not in met:
        met.add(at)
        calendar, parent = of[at]
        if calendar is not None:
            return calendar
        at = parent
    return None


def _regimes(code: str) -> list[Regime]:
    """The category's own regime and the town's targets beside it."""
    known = regimes()
    if code and code not in known:
        # Saving a category refuses this; a file that was removed must not stop all work.
        logger.error("A category names a legal regime that no file knows.", regime=code)
    return [known[one] for one in (code, OPERATIONAL) if one in known]


def _as_term(row: Clock) -> Term:
    return Term(**{name: getattr(row, name) for name in _FIELDS})


def _store(incident: Incident, terms: Sequence[Term]) -> None:
    """Bring the rows to the terms: one query to read, others only where something changed."""
    rows = {(row.code, row.started_seq): row for row in incident.clocks.all()}
    right = {(one.code, one.started_seq): one for one in terms}
    gone = [row.pk for key, row in rows.items() if key not in right]
    if gone:
        Clock.objects.filter(pk__in=gone).delete()
    changed = []
    for key, row in rows.items():
        term = right.get(key)
        if term is not None and astuple(_as_term(row)) != astuple(term):
            for name in _FIELDS:
                setattr(row, name, getattr(term, name))
            changed.append(row)
    if changed:
        Clock.objects.bulk_update(changed, _FIELDS)
    new = [
        Clock(incident=incident, **{name: getattr(term, name) for name in _FIELDS})
        for key, term in right.items()
        if key not in rows
    ]
    if new:
        Clock.objects.bulk_create(new)
