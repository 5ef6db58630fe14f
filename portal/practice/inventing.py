"""Fills a practice copy with invented people and what they did, by the town's own verbs.

Everything says that it is an example. What comes in is left for staff to work on: that is what
they practise. A town without a kind of thing - no kinds of faults, no rated places - gets none.
"""

import datetime as dt
import json
from collections.abc import Callable
from random import Random

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from departments.access import Right
from departments.models import Department
from geo.crs import STORAGE_SRID
from incidents.models import Category
from incidents.services.recording import Actor
from incidents.services.reporting import NewReport, NewReporter, submit_report
from notifications.models import Announcement
from notifications.topics import Topic
from portal.demo_report_rules import FOLDER
from portal.demo_reports import NOBODYS as NOBODY_REPORTS
from portal.demo_residents import invent_crowd
from portal.practice.frame import Practice
from portal.practice.inventing_consultation import invent_consultation
from portal.practice.inventing_ratings import invent_ratings
from portal.reach import publish as publish_reach
from residents.placing import place_residents
from zones.models import Address, Municipality

RESIDENTS, REPORTS = 60, 36
#: Reports came in over so many days, so that some are late already.
REPORTED_IN_DAYS = 20
#: Degrees that a report lies beside the number of its house, at most.
BESIDE = 0.00015
_STATE = Announcement.State
_NEWS = {
    _STATE.SENT: (
        gettext_noop("No water on Tuesday morning"),
        gettext_noop("A pipe is replaced. The water is back at noon."),
    ),
    _STATE.WAITING: (
        gettext_noop("The market moves for a week"),
        gettext_noop("The square is paved. The stalls stand beside the town hall."),
    ),
    _STATE.DRAFT: (
        gettext_noop("Road closed at night"),
        gettext_noop("The crossing is painted. Detours are signposted."),
    ),
}


def invent(*, town: Municipality, now: dt.datetime, say: Callable[[int], None]) -> dict[str, int]:
    """Invent all of it; gives how many of each."""
    random = Random(town.slug)  # noqa: S311 - no secret
    known = Address.objects.in_municipality(town).filter(street__isnull=False).order_by("pk")
    homes = list(known.only("pk", "location", "entrance"))
    practice = Practice(town, now, random, homes)
    parts: dict[str, Callable[[Practice], int]] = {
        "people": _people,
        "ratings": invent_ratings,
        "reports": _reports,
        "news": _news,
        "consultation": invent_consultation,
    }
    made = {}
    for number, (name, part) in enumerate(parts.items(), start=1):
        made[name] = part(practice)
        say(number)
    return made


def _people(practice: Practice) -> int:
    """Residents at addresses of the register; their letters could go to nobody."""
    if not practice.homes:
        return 0
    town, now = practice.town, practice.now
    invent_crowd(municipality=town, count=RESIDENTS, now=now)
    place_residents(municipality=town, now=now)
    publish_reach(municipality=town, now=now)
    return RESIDENTS


def _reports(practice: Practice) -> int:
    """Reports of all kinds in turn, the oldest first; routed by the town's own rules."""
    kinds = list(Category.objects.in_municipality(practice.town).offered().order_by("pk"))
    if "reports" not in practice.town.modules or not kinds or not practice.homes:
        return 0
    step = dt.timedelta(days=REPORTED_IN_DAYS) / REPORTS
    texts = json.loads((FOLDER / "texts_SYNTHETIC.json").read_text("utf-8"))["reports"]
    for number in range(REPORTS):
        kind = kinds[number * max(len(kinds), REPORTS) // REPORTS % len(kinds)]
        words = texts.get(kind.code, {}).get(practice.language) or [_some_words(practice, kind)]
        report = NewReport(
            category=kind,
            geometry=_beside(practice),
            words=practice.marked(words[number % len(words)]),
            reporter=_reporter(practice, number),
        )
        submit_report(
            municipality=practice.town,
            report=report,
            actor=Actor("reporter"),
            now=practice.now - (REPORTS - number) * step,
        )
    return REPORTS


def _some_words(practice: Practice, kind: Category) -> str:
    name = kind.names.get(practice.language) or next(iter(kind.names.values()))
    with override(practice.language):
        return _("Please have a look at this: %(kind)s.") % {"kind": name}


def _reporter(practice: Practice, number: int) -> NewReporter:
    return NewReporter(
        name=f"Demo {number + 1}",
        email=f"p{number + 1}@{practice.town.slug}.{NOBODY_REPORTS}",
        language=practice.language,
    )


def _beside(practice: Practice) -> Point:
    at = practice.random.choice(practice.homes).location
    east, north = (practice.random.uniform(-BESIDE, BESIDE) for _axis in range(2))
    return Point(at.x + east, at.y + north, srid=STORAGE_SRID)


def _news(practice: Practice) -> int:
    """One notice that went out, one that waits for a second person, one that is being written."""
    author = practice.author(Right.NOTIFY)
    if "notices" not in practice.town.modules or author is None:
        return 0
    office = Department.objects.in_municipality(practice.town).order_by("pk").first()
    states = (_STATE.SENT, _STATE.WAITING, _STATE.DRAFT)
    for days, state in zip((3, 1, 0), states, strict=True):
        moment = practice.now - dt.timedelta(days=days)
        sent = moment if state == _STATE.SENT else None
        Announcement.objects.create(
            municipality=practice.town,
            department=office,
            topic=Topic.WATER,
            titles=_words(practice, _NEWS[state][0]),
            texts=_words(practice, _NEWS[state][1]),
            state=state,
            created_at=moment,
            changed_at=moment,
            created_by=author,
            handed_in_by=author if state == _STATE.WAITING else None,
            handed_in_at=moment if state == _STATE.WAITING else None,
            send_at=sent,
            published_at=sent,
            finished_at=sent,
        )
    return len(states)


def _words(practice: Practice, text: str) -> dict[str, str]:
    found = {}
    for language in practice.town.languages:
        with override(language):
            found[language] = f"{_(text)} {_('(invented example)')}"
    return found
