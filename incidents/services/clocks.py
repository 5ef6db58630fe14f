"""Keeps the terms of a report as its events say.

`due_on` of a report is the earliest day of all terms that run, whether the law binds to it or the
town promised it to itself: who works by that order is late for nothing. A term that waits has none.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field

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
_UNREADABLE = "the terms cannot be reckoned, because an event is not as it was written"


def refresh_clocks(incident: Incident, now: dt.datetime) -> None:
    """Reckon the terms again from all events, and put the earliest that runs into `due_on`.

    The caller saves the report. At most eight queries, however many events there are.
    """
    terms = recomputed(incident)
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
    _editions: dict[int | None, Sequence[Edition]] = field(default_factory=dict)
    _categories: dict[int, tuple[str, int | None]] = field(default_factory=dict)

    def basis(self, category: int | None) -> Basis:
        """For a report of a category, by its number."""
        if not self._editions:
            self._editions = editions_by_department(self.town)
        regime, hours = self._category(category)
        return Basis(_regimes(regime), self.town.timezone, self._editions, hours)

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


def editions_by_department(town: Municipality) -> dict[int | None, Sequence[Edition]]:
    """The publications of each department's calendar, oldest first; None is the town's. 3 queries.

    A department without a calendar goes by that of the one above it, then by the town's first.
    """
    calendars = list(Calendar.objects.in_municipality(town).order_by("pk"))
    versions: dict[int, list[Edition]] = {one.pk: [] for one in calendars}
    by_pk = {one.pk: one for one in calendars}
    rows = CalendarVersion.objects.in_municipality(town).order_by("calendar", "number")
    for version in rows:
        made = legal_calendar(by_pk[version.calendar_id], version)
        versions[version.calendar_id].append(Edition(version.number, version.published_at, made))
    for one in calendars:
        if not versions[one.pk]:
            versions[one.pk] = [_unpublished(town, one.country)]
    own = versions[calendars[0].pk] if calendars else [_unpublished(town, town.country)]
    offices = Department.objects.in_municipality(town).values_list("pk", "calendar", "parent")
    of = {pk: (calendar, parent) for pk, calendar, parent in offices}
    found: dict[int | None, Sequence[Edition]] = {None: own}
    for pk in of:
        calendar = _calendar_above(pk, of)
        found[pk] = own if calendar is None else versions[calendar]
    return found


def _unpublished(town: Municipality, country: str) -> Edition:
    """A country's holidays, where nobody published what differs."""
    return Edition(0, dt.datetime(2000, 1, 1, tzinfo=dt.UTC), LegalCalendar(country))


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
