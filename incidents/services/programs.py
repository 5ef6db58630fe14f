"""Takes in what another program reports, under its key."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from incidents.models import ApiKey, Category, Incident, Reporter
from incidents.services.recording import Actor
from incidents.services.reporting import NewReport, NewReporter, submit_report
from submissions.services import take_picture
from zones.days import civil_day
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class ProgramReport:
    """What a program said, read and checked by the edge."""

    category: Category
    point: Point
    words: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"
    answers: Mapping[str, Any] = field(default_factory=dict)
    pictures: Sequence[bytes] = ()


@transaction.atomic
def report_by_program(
    *,
    municipality: Municipality,
    said: ProgramReport,
    key: ApiKey,
    now: dt.datetime,
    is_trial: bool = False,
) -> Incident:
    """Keep a report of a program; its reporter was confirmed by the program, so says the key.

    Args:
        is_trial: go the whole way and keep nothing.

    Raises:
        ValidationError: what `take_text` and `take_picture` refuse.
    """
    day = civil_day(now, municipality.timezone)
    photos = [take_picture(raw=raw, origin="report", received_on=day) for raw in said.pictures]
    incident = submit_report(
        municipality=municipality,
        report=NewReport(
            category=said.category,
            geometry=said.point,
            words=said.words,
            source=Incident.Source.OPEN311,
            reporter=NewReporter(
                name=said.name, email=said.email, phone=said.phone, language=said.language
            ),
            answers=said.answers,
            photos=photos,
        ),
        actor=Actor("program", department=key.department),
        now=now,
    )
    Reporter.objects.filter(incident=incident).update(key=key)
    if is_trial:
        transaction.set_rollback(True)
    return incident
