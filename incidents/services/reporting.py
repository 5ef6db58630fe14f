"""Takes a report in, whatever way it came: row, words beside the ledger, first event."""

import base64
import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models import F

from accounts.models import User
from incidents.canonical import commitment, new_salt
from incidents.models import Attachment, Category, Incident, ReferenceCounter, Reporter
from incidents.places import geometry_text
from incidents.services.outages import absorb_new
from incidents.services.recording import Actor, record
from incidents.services.releasing import release_by_rule
from incidents.services.routing import route
from incidents.services.telling import tell_received
from incidents.services.warning import alarm
from incidents.workflow import Kind, Status
from sign_registry.models import Site
from submissions.models import Submission
from submissions.services import take_text
from zones.days import civil_day
from zones.models import Municipality

TRACKING_BYTES = 16


@dataclass(frozen=True, slots=True)
class NewReporter:
    """Who reports; all empty is anonymous."""

    user: User | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = "en"
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class NewReport:
    """What was reported; geometry in EPSG:4326, as the geometry intake made it."""

    category: Category | None
    geometry: GEOSGeometry | None
    words: str
    source: str = Incident.Source.WEB
    accuracy_m: float | None = None
    site: Site | None = None
    reporter: NewReporter = field(default_factory=NewReporter)
    answers: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[Submission] = ()
    # Number and day of the town's own register, where it has them already.
    register_number: str = ""
    registered_on: dt.date | None = None
    # The report this one was split from.
    parent: Incident | None = None
    # Chosen by whoever must not make it twice; a second report with it is refused.
    uid: UUID | None = None


@transaction.atomic
def submit_report(
    *, municipality: Municipality, report: NewReport, actor: Actor, now: dt.datetime
) -> Incident:
    """Keep a report and send it to whom the rules name; an unconfirmed one waits for its e-mail.

    Raises:
        ValidationError: what `take_text` refuses.
    """
    incident = Incident.objects.create(
        municipality=municipality,
        uid=report.uid or uuid4(),
        reference=_next_reference(municipality, now),
        tracking=new_tracking(),
        source=report.source,
        reported_at=now,
        changed_at=now,
    )
    reporter = _reporter(incident, report, now)
    _attach(incident, report, now)
    record(
        incident=incident,
        kind=Kind.REPORTED,
        data=reported_data(report, reporter),
        actor=actor,
        now=now,
    )
    if report.registered_on:
        record(
            incident=incident,
            kind=Kind.REGISTERED,
            data={"number": report.register_number, "on": report.registered_on.isoformat()},
            actor=actor,
            now=now,
        )
    if incident.status == Status.TRIAGE:
        release_by_rule(incident=incident, now=now)
        route(incident=incident, now=now)
        absorb_new(incident, now)
    else:
        alarm(incident, now)  # danger does not wait for a confirmed address
    tell_received(incident, now)
    return incident


def new_tracking() -> str:
    """128 random bits in 26 letters and digits that are easy to type."""
    return base64.b32encode(secrets.token_bytes(TRACKING_BYTES)).decode().rstrip("=").lower()


def _next_reference(municipality: Municipality, now: dt.datetime) -> str:
    year = civil_day(now, municipality.timezone).year
    ReferenceCounter.objects.get_or_create(municipality=municipality, year=year)
    row = ReferenceCounter.objects.select_for_update().get(municipality=municipality, year=year)
    row.last = F("last") + 1
    row.save(update_fields=["last"])
    row.refresh_from_db()
    return f"{year}-{row.last:06d}"


def _reporter(incident: Incident, report: NewReport, now: dt.datetime) -> Reporter:
    told = report.reporter
    return Reporter.objects.create(
        incident=incident,
        user=told.user,
        name=told.name,
        email=told.email,
        phone=told.phone,
        address=told.address,
        language=told.language,
        confirmed_at=now if told.email and told.is_confirmed else None,
        words=report.words,
        answers=dict(report.answers),
        salt=new_salt(),
    )


def _attach(incident: Incident, report: NewReport, now: dt.datetime) -> None:
    kept = []
    if report.words.strip():
        day = civil_day(now, incident.municipality.timezone)
        text = take_text(text=report.words, origin="report", received_on=day)
        kept.append(Attachment(incident=incident, submission=text, role="description", seq=1))
    kept += [
        Attachment(incident=incident, submission=photo, role="photo", seq=1)
        for photo in report.photos
    ]
    Attachment.objects.bulk_create(kept)


def reported_data(report: NewReport, reporter: Reporter) -> dict[str, Any]:
    """What the first event of a report says."""
    who = "|".join([reporter.name, reporter.email, reporter.phone, reporter.address])
    return {
        "category": report.category.pk if report.category else None,
        "category_code": report.category.code if report.category else "",
        "geometry": geometry_text(report.geometry),
        "accuracy_dm": None if report.accuracy_m is None else round(report.accuracy_m * 10),
        "site": report.site.pk if report.site else None,
        "parent": report.parent.pk if report.parent else None,
        "source": report.source,
        "is_confirmed": report.reporter.is_confirmed,
        "is_anonymous": reporter.is_anonymous,
        "words": commitment(bytes(reporter.salt), reporter.words),
        "reporter": commitment(bytes(reporter.salt), who),
        "photos": [photo.sha256 for photo in report.photos],
    }
