"""A town with very many reports, each with a whole chain of events, for the bench of lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

from bench.people import register_points

if TYPE_CHECKING:
    from incidents.services.past import PastReport
    from zones.models import Municipality

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
OFFICES, KINDS, DAYS = 8, 24, 5 * 365
#: Of a hundred reports so many are still worked on.
OPEN_SHARE = 4
_SEED = 311


def store_reports(municipality: Municipality, count: int) -> tuple[Any, int]:
    """Write the reports and give a dispatcher of the town, and the first of its offices."""
    from accounts.models import User
    from departments.models import Department, Membership
    from incidents.models import Category
    from incidents.services.past import write_past

    offices = [
        Department.objects.create(
            municipality=municipality, code=f"office-{number}", names={"en": f"Office {number}"}
        )
        for number in range(OFFICES)
    ]
    group = Category.objects.create(
        municipality=municipality, code="group", names={"en": "Group"}, shapes=["point"]
    )
    kinds = [
        Category.objects.create(
            municipality=municipality,
            parent=group,
            code=f"kind-{number}",
            names={"en": f"Kind {number}"},
            shapes=["point"],
            target_hours=40,
            release="rule",
        )
        for number in range(KINDS)
    ]
    user = User.objects.create_user("dispatcher@bench.example", full_name="Dispatcher")
    Membership.objects.create(municipality=municipality, user=user, role="dispatcher")
    municipality.modules = ["reports"]
    municipality.save()
    reports = _reports(count, kinds, offices, user)
    write_past(municipality=municipality, reports=reports, now=NOW, said=_say(count))
    return user, offices[0].pk


def _say(count: int) -> Any:
    done = 0

    def say(written: int) -> None:
        nonlocal done
        done += written
        print(f"  {done:,} of {count:,} reports", flush=True)

    return say


def _reports(count: int, kinds: Any, offices: Any, user: Any) -> Iterator[PastReport]:
    from django.contrib.gis.geos import Point

    from incidents.services.past import PastEvent, PastReport
    from incidents.services.recording import Actor
    from incidents.services.reporting import NewReport
    from incidents.workflow import Kind

    random = Random(_SEED)
    longitude, latitude = register_points()
    clerk = Actor("dispatcher", user)
    for number in range(count):
        at = NOW - dt.timedelta(days=DAYS * (1 - number / count), seconds=random.randrange(3600))
        office, home = offices[number % OFFICES], random.randrange(longitude.size)
        place = Point(
            longitude[home] + random.gauss(0, 1e-4),
            latitude[home] + random.gauss(0, 1e-4),
            srid=4326,
        )
        events = [
            PastEvent(Kind.RELEASED, at, {"by": "rule", "words": False, "pictures": []}),
            PastEvent(Kind.ROUTED, at, {"department": office.pk, "by": "person"}, clerk),
        ]
        if random.randrange(100) >= OPEN_SHARE:
            ended = at + dt.timedelta(hours=random.uniform(1, 400))
            done = {"outcome": "done"}
            events.append(PastEvent(Kind.ANSWERED, min(ended, NOW), done, clerk))
        report = NewReport(category=random.choice(kinds), geometry=place, words="", source="import")
        yield PastReport(report, at, events, clerk)
