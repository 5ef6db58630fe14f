"""Invents a budget year in a practice copy that takes proposals: some are in, none is looked at."""

import datetime as dt
from decimal import Decimal

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from consultations.services.preparing import set_vote
from consultations.services.proposing import Proposal, propose
from consultations.services.publishing import publish
from consultations.services.speaking import Saying
from consultations.services.who_counts import set_reference_day
from departments.access import Right
from departments.models import Department
from portal.demo_consultation_frame import Demo, begun
from portal.practice.frame import Practice
from zones.days import civil_day

#: Days from today on which each phase begins and ends.
PHASES = (
    ("information", -14, -7),
    ("proposals", -7, 23),
    ("review", 23, 53),
    ("vote", 53, 74),
    ("result", 74, 104),
    ("realisation", 104, None),
)
#: Three crosses a person, a budget by equal shares; the town's money is filled in.
VOTE = {
    "ballot": "approval",
    "most": 3,
    "budget": "60000.00",
    "rule": "equal-shares",
    "completion": "add1",
    "stops": False,
    "threshold": 0,
    "by_zone": True,
    "k": 10,
}
MONEY = {"RO": "RON"}
PROPOSED = (
    (gettext_noop("Benches along the way to school"), "12000"),
    (gettext_noop("A drinking fountain in the park"), "20000"),
    (gettext_noop("Trees in the car park"), "8000"),
    (gettext_noop("A stand for bicycles at the station"), "15000"),
)


def invent_consultation(practice: Practice) -> int:
    """Begin and publish it, and let residents propose; gives how many proposals there are."""
    town = practice.town
    author = practice.author(Right.CONSULT)
    office = Department.objects.in_municipality(town).order_by("pk").first()
    if "consultations" not in town.modules or author is None or office is None:
        return 0
    demo = Demo(town, {"mark": {}}, practice.now, practice.random, author, author)
    year = civil_day(practice.now, town.timezone).year
    facts = {
        "phases": PHASES,
        "names": _words(practice, gettext_noop("Budget of the residents")),
        "texts": _words(practice, gettext_noop("Propose what the town should pay for.")),
        "department": office.code,
    }
    process = begun(demo, facts, blueprint="budget_year", year=str(year))
    vote, before = process.phases.get(kind="vote"), process.created_at
    settings = {**VOTE, "currency": MONEY.get(town.country, "EUR")}
    set_vote(process=process, phase=vote, settings=settings, actor=author, now=before)
    day = civil_day(vote.starts_at - dt.timedelta(days=1), town.timezone)
    set_reference_day(process=process, on=day, actor=author, now=before)
    process = publish(process=process, actor=author, now=before)
    moment = process.phases.get(kind="proposals").starts_at
    homes = demo.crowd(moment)
    for number, ((title, cost), home) in enumerate(zip(PROPOSED, homes, strict=False), start=1):
        with override(practice.language):
            words = _(title)
        place = Point(home.location.x, home.location.y, srid=home.location.srid)
        saying = Saying(text=practice.marked(words), kind="proposal", place=place)
        proposal = Proposal(
            title=words, saying=saying, cost=Decimal(cost), language=practice.language
        )
        at = moment + dt.timedelta(days=number)
        propose(process=process, proposal=proposal, author=home.resident.user, now=at)
    return min(len(PROPOSED), len(homes))


def _words(practice: Practice, text: str) -> dict[str, str]:
    found = {}
    for language in practice.town.languages:
        with override(language):
            found[language] = f"{_(text)} {_('(invented example)')}"
    return found
