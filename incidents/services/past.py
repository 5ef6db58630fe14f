"""Writes reports of the past with their whole chains at once: of a register, or invented ones.

What `submit_report` and `record` would have written, but no rule is asked and nobody is written to.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Model

from incidents.canonical import NOTHING, canonical_bytes, commitment, event_hash, new_salt
from incidents.copying import copy_rows, take_numbers
from incidents.folding import apply, begin
from incidents.models import (
    AnswerDraft,
    Attachment,
    Clock,
    EventSecret,
    Incident,
    IncidentEvent,
    ReferenceCounter,
    Reporter,
)
from incidents.services.clocks import Ground, reckoned
from incidents.services.past_places import PastPlace, places_of
from incidents.services.recording import SYSTEM, Actor, take_over
from incidents.services.reporting import NewReport, new_tracking, reported_data
from incidents.terms import Happening, earliest_due
from incidents.workflow import Kind
from submissions.masking import mask
from submissions.models import Submission
from submissions.services import covered_text
from zones.days import civil_day
from zones.models import Municipality

BATCH = 5_000
ORIGIN = "report"


@dataclass(frozen=True, slots=True)
class PastEvent:
    """Something that happened to a report after it came in."""

    kind: Kind
    at: dt.datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = SYSTEM
    # Words that may name a person: kept beside the chain, which holds a commitment only.
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastReport:
    """A report as it came in, and all that happened to it since; the place must be known."""

    report: NewReport
    at: dt.datetime
    events: Sequence[PastEvent] = ()
    actor: Actor = SYSTEM


@dataclass(slots=True)
class _Rows:
    """What a batch writes, table by table in an order that references allow."""

    incidents: list[Model] = field(default_factory=list)
    reporters: list[Model] = field(default_factory=list)
    events: list[Model] = field(default_factory=list)
    secrets: list[EventSecret] = field(default_factory=list)
    texts: list[Submission] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    answers: list[AnswerDraft] = field(default_factory=list)

    def write(self) -> None:
        for model, rows in (
            (Reporter, self.reporters),
            (IncidentEvent, self.events),
        ):
            for row, number in zip(rows, take_numbers(model, len(rows)), strict=True):
                row.pk = number
        for one in (self.incidents, self.reporters, self.events):
            copy_rows(one)
        EventSecret.objects.bulk_create(self.secrets, batch_size=BATCH)
        Clock.objects.bulk_create(self.clocks, batch_size=BATCH)
        AnswerDraft.objects.bulk_create(self.answers, batch_size=BATCH)
        Submission.objects.bulk_create(self.texts, batch_size=BATCH)
        Attachment.objects.bulk_create(self.attachments, batch_size=BATCH)


@transaction.atomic
def write_past(
    *,
    municipality: Municipality,
    reports: Iterable[PastReport],
    now: dt.datetime,
    said: Callable[[int], object] = lambda _count: None,
) -> int:
    """Write all reports, or none; a history that cannot be is refused.

    Args:
        said: is told after each batch how many it wrote.

    Raises:
        BrokenHistoryError: events that cannot follow one another.
    """
    ground = Ground(municipality)
    left, written = iter(reports), 0
    while batch := list(islice(left, BATCH)):
        shapes = [one.report.geometry for one in batch if one.report.geometry]
        places = places_of(municipality, shapes, civil_day(now, municipality.timezone))
        rows = _Rows()
        numbers = take_numbers(Incident, len(batch))
        named = zip(batch, numbers, _references(municipality, batch), places, strict=True)
        for past, number, reference, place in named:
            incident = Incident(
                pk=number,
                municipality=municipality,
                reference=reference,
                tracking=new_tracking(),
                source=past.report.source,
                reported_at=past.at,
                changed_at=past.at,
            )
            _fill(rows, incident, past, place, ground)
        rows.write()
        written += len(batch)
        said(len(batch))
    return written


def _references(municipality: Municipality, batch: Sequence[PastReport]) -> Iterator[str]:
    """The next references of the years the reports are of; the counters stay locked."""
    years = [civil_day(one.at, municipality.timezone).year for one in batch]
    last = {}
    for year in sorted(set(years)):
        ReferenceCounter.objects.get_or_create(municipality=municipality, year=year)
        row = ReferenceCounter.objects.select_for_update().get(municipality=municipality, year=year)
        last[year] = row.last
        ReferenceCounter.objects.filter(pk=row.pk).update(last=F("last") + years.count(year))
    for year in years:
        last[year] += 1
        yield f"{year}-{last[year]:06d}"


def _fill(
    rows: _Rows, incident: Incident, past: PastReport, place: PastPlace, ground: Ground
) -> None:
    reporter = _reporter(incident, past)
    happenings = _chain(rows, incident, past, reported_data(past.report, reporter))
    incident.zone_ids, incident.street_id = place.zone_ids, place.street_id
    incident.place_text = place.words
    terms = reckoned(incident, happenings, ground)
    incident.due_on = earliest_due(terms)
    rows.incidents.append(incident)
    rows.reporters.append(reporter)
    rows.clocks += [
        Clock(incident=incident, **{name: getattr(term, name) for name in term.__slots__})
        for term in terms
    ]
    rows.answers += _answers(incident, past, reporter.language)
    if past.report.words.strip():
        _attach(rows, incident, past)


def _chain(
    rows: _Rows, incident: Incident, past: PastReport, first: Mapping[str, Any]
) -> list[Happening]:
    """Hash event after event and let the columns follow from them."""
    begun = PastEvent(Kind.REPORTED, past.at, first, past.actor)
    previous, state, at = NOTHING, begin(first), past.at
    happenings = []
    for seq, event in enumerate((begun, *_registered(past), *past.events), 1):
        at = max(at, event.at)
        data = {**event.data, **_committed(rows, incident, seq, event.secrets)}
        if seq > 1:
            state = apply(state, event.kind, at, data)
        body = canonical_bytes(
            uid=incident.uid,
            seq=seq,
            at=at,
            kind=event.kind,
            actor=event.actor.in_words(),
            data=data,
        )
        row = IncidentEvent(
            incident=incident, seq=seq, kind=event.kind, at=at, body=body, previous=previous,
            hash=event_hash(previous, body),
        )  # fmt: skip
        previous = bytes(row.hash)
        rows.events.append(row)
        happenings.append(Happening(seq, event.kind, at, data))
    take_over(incident, state, row)
    return happenings


def _committed(
    rows: _Rows, incident: Incident, seq: int, secrets: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for name, value in secrets.items():
        salt = new_salt()
        rows.secrets.append(
            EventSecret(incident=incident, seq=seq, name=name, salt=salt, value=value)
        )
        found[f"secret_{name}"] = commitment(salt, value)
    return found


def _registered(past: PastReport) -> list[PastEvent]:
    report = past.report
    if report.registered_on is None:
        return []
    data = {"number": report.register_number, "on": report.registered_on.isoformat()}
    return [PastEvent(Kind.REGISTERED, past.at, data, past.actor)]


def _reporter(incident: Incident, past: PastReport) -> Reporter:
    told = past.report.reporter
    return Reporter(
        incident=incident,
        user=told.user,
        name=told.name,
        email=told.email,
        phone=told.phone,
        address=told.address,
        language=told.language,
        confirmed_at=past.at if told.email and told.is_confirmed else None,
        words=past.report.words,
        answers=dict(past.report.answers),
        salt=new_salt(),
    )


def _answers(incident: Incident, past: PastReport, language: str) -> list[AnswerDraft]:
    """The answers that its events tell of: sent ones, and one that is still on its way."""
    found: list[AnswerDraft] = []
    for event in past.events:
        if event.kind == Kind.DRAFTED:
            draft = AnswerDraft(incident=incident, written_by=event.actor.user, written_at=event.at)
            draft.text, draft.language = event.secrets.get("answer", ""), language
            draft.outcome = event.data.get("outcome", "")
            found.append(draft)
        elif found and event.kind in (Kind.PASSED_ON, Kind.ANSWERED):
            _pass_on(found[-1], event)
    return found


def _pass_on(draft: AnswerDraft, event: PastEvent) -> None:
    if draft.step == AnswerDraft.Step.HEAD:
        draft.approved_by = event.actor.user
    elif draft.step == AnswerDraft.Step.AUTHORITY:
        draft.signed_by = event.actor.user
    draft.step = event.data.get("step", AnswerDraft.Step.SENT)
    if draft.step == AnswerDraft.Step.SENT:
        draft.sent_at = event.at


def _attach(rows: _Rows, incident: Incident, past: PastReport) -> None:
    """The words as everybody may read them, once the report is released."""
    masked = mask(past.report.words)
    if not masked.text:
        return
    is_shown = any(one.kind == Kind.RELEASED for one in past.events)
    text = covered_text(
        masked,
        origin=ORIGIN,
        received_on=civil_day(past.at, incident.municipality.timezone),
        state=Submission.State.RELEASED if is_shown else Submission.State.WAITING,
    )
    rows.texts.append(text)
    rows.attachments.append(
        Attachment(incident=incident, submission=text, role="description", seq=1)
    )
