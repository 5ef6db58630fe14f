"""Fills a demonstration with invented reports that live as reports do, by the town's own verbs."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Max
from django.utils.text import capfirst
from django.utils.translation import override

from accounts.models import User
from geo.crs import STORAGE_SRID
from incidents.competence import Question, judge, rules_in_force
from incidents.models import AnswerTemplate, Category, Incident
from incidents.services.ledger import publish_town
from incidents.services.past import write_past
from incidents.services.recording import Actor
from incidents.services.reporting import NewReport, NewReporter, submit_report
from incidents.signing import make_key
from incidents.workflow import WORKED_ON, Outcome, Status
from outbox.models import OutboxMessage
from portal.demo_report_letters import load_demo_letters
from portal.demo_report_lives import LEFT_UNSORTED, Life, Staff
from portal.demo_report_outage import load_demo_outage
from portal.demo_report_past import PastLife, past_life
from portal.demo_report_plans import Frequencies, Plan, Wish, make_plans
from portal.demo_report_rules import FOLDER, load_demo_rules
from residents.models import Resident
from sign_registry.models import Site
from zones.days import civil_day
from zones.models import Address, Municipality

Say = Callable[[str], None]
NOBODYS = "reporters.invalid"
#: Different places that reports of a demonstration come from.
PLACES = 90
#: What came in since then lives step by step, by the verbs of staff.
STEP_BY_STEP = dt.timedelta(days=20)
#: How many known faults are reported by a second person.
TWICE = 3
#: Of so many reports that came in lately, one names no kind of fault.
ONE_WITHOUT_KIND = 2
#: Degrees that a report lies beside the number of its house, at most.
BESIDE = 0.00015
ANONYMOUS, ACCOUNT = "anonymous", "account"
#: The clerk types what came in by telephone, on paper or by letter.
AT_THE_DESK = frozenset({"phone", "paper", "email"})


@dataclass(frozen=True)
class _Demo:
    """What all parts of the load need."""

    town: Municipality
    facts: Mapping[str, Any]
    texts: Mapping[str, Any]
    now: dt.datetime
    random: Random
    kinds: Mapping[str, Category]
    places: Sequence[Address]
    sites: Sequence[Site]
    residents: Sequence[User]
    staff: Staff

    @property
    def language(self) -> str:
        """The town's first language."""
        return str(self.town.languages[0])


@transaction.atomic
def load_demo_reports(
    *,
    folder: Path,
    facts: Mapping[str, Any],
    municipality: Municipality,
    now: dt.datetime,
    say: Say,
) -> None:
    """Load kinds of faults, rules and sealed reports once; a town that has reports keeps them."""
    if Incident.objects.in_municipality(municipality).exists():
        return
    since = now - dt.timedelta(days=facts["days"] + 1)
    kinds, rules = load_demo_rules(
        folder=folder, facts=facts, municipality=municipality, since=since
    )
    say(f"{municipality.slug}: {kinds} kinds of faults, {rules} rules of competence")
    demo = _demo(facts, municipality, now)
    letters = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0
    wish = Wish(facts["count"], facts["days"], facts["pace"], _clock(demo), len(demo.places))
    plans = make_plans(Frequencies.read(FOLDER / "frequencies.csv"), wish, demo.random)
    reports = [_report(demo, plan, number) for number, plan in enumerate(plans, 1)]
    _keep_templates(demo)
    _live(demo, list(zip(plans, reports, strict=True)))
    load_demo_letters(municipality, demo.texts, demo.places, now, NOBODYS)
    make_key()
    publish_town(municipality=municipality, now=now)
    # Nobody is written to about what never happened.
    OutboxMessage.objects.filter(pk__gt=letters, queue=municipality.slug).delete()
    say(f"{municipality.slug}: {len(plans)} invented reports")


def _keep_templates(demo: _Demo) -> None:
    """Words of answers to begin with, one for each way a report can end."""
    for outcome, texts in demo.texts["answers"].items():
        with override(demo.language):
            title = capfirst(str(Outcome(outcome).label))
        AnswerTemplate.objects.create(
            municipality=demo.town,
            code=outcome.replace("_", "-"),
            names={demo.language: title},
            texts={demo.language: texts[demo.language]},
            outcome=outcome,
        )


def _live(demo: _Demo, planned: Sequence[tuple[Plan, NewReport]]) -> None:
    """The older ones are written with all that happened to them, the others live step by step."""
    border = demo.now - STEP_BY_STEP
    _write_older(demo, [(plan, report) for plan, report in planned if plan.at < border])
    for plan, report in planned:
        if plan.at >= border:
            incident = submit_report(
                municipality=demo.town, report=report, actor=_by(demo, report), now=plan.at
            )
            Life(incident, plan, demo.staff, demo.texts, demo.now).live()
    _report_again(demo)
    _send_on(demo)
    load_demo_outage(demo.town, demo.facts["outage"], demo.texts["outage"], demo.now, _dark(demo))


def _write_older(demo: _Demo, planned: Sequence[tuple[Plan, NewReport]]) -> None:
    """The rules are asked about all of them at once."""
    book = rules_in_force(demo.town, civil_day(demo.now, demo.town.timezone))
    questions = [
        Question(report.category, report.geometry, None, report.site, plan.at)
        for plan, report in planned
    ]
    lives = [
        past_life(
            PastLife(plan, report, ruling, demo.staff, demo.texts, demo.language, demo.now),
            _by(demo, report),
        )
        for (plan, report), ruling in zip(planned, judge(book, questions), strict=True)
    ]
    write_past(municipality=demo.town, reports=lives, now=demo.now)


def _dark(demo: _Demo) -> list[NewReport]:
    """What people report of an interruption, at places still to be found."""
    texts = demo.texts["reports"]["lamp-out"][demo.language]
    return [
        NewReport(
            category=demo.kinds["lamp-out"],
            geometry=None,
            words=f"{text} {demo.texts['mark'][demo.language]}",
            reporter=NewReporter(language=demo.language),
        )
        for text in texts
    ]


def _report_again(demo: _Demo) -> None:
    """Neighbours report what is known already, and the handler joins the reports."""
    town = Incident.objects.in_municipality(demo.town)
    known = town.filter(status=Status.WORKING, category__release="rule").order_by("-pk")
    for number, leader in enumerate(known.select_related("category")[:TWICE]):
        plan = Plan(
            at=demo.now - dt.timedelta(hours=30 - number),
            category=leader.category.code if leader.category else "",
            channel="web",
            reporter="named",
            fate="merged",
            lasts=dt.timedelta(hours=20),
            place=0,
            text=number,
        )
        report = replace(
            _report(demo, plan, demo.facts["count"] + 1 + number),
            geometry=leader.geometry,
            site=leader.site,
        )
        incident = submit_report(
            municipality=demo.town, report=report, actor=_by(demo, report), now=plan.at
        )
        Life(incident, plan, demo.staff, demo.texts, demo.now).live()


def _send_on(demo: _Demo) -> None:
    """Two reports are with an institution: one has promised a day, one says nothing yet."""
    sent_at = demo.now - dt.timedelta(days=2)
    town = Incident.objects.in_municipality(demo.town).exclude(events__at__gt=sent_at)
    quiet = town.filter(status__in=WORKED_ON, leader=None).select_related("category", "department")
    for incident, share in zip(quiet.order_by("-reported_at")[:2], (1.5, 5.0), strict=False):
        plan = Plan(
            at=sent_at,
            category=incident.category.code if incident.category else "",
            channel=incident.source,
            reporter="named",
            fate="forwarded",
            lasts=(demo.now - sent_at) * share,
            place=0,
            text=incident.pk,
        )
        Life(incident, plan, demo.staff, demo.texts, demo.now).live()


def _by(demo: _Demo, report: NewReport) -> Actor:
    is_typed = report.source in AT_THE_DESK
    return Actor("clerk", demo.staff.clerk) if is_typed else Actor("reporter", report.reporter.user)


def _demo(facts: Mapping[str, Any], municipality: Municipality, now: dt.datetime) -> _Demo:
    random = Random(f"{municipality.slug}-{facts['seed']}")  # noqa: S311 - no secret
    addresses = list(
        Address.objects.in_municipality(municipality).filter(street__isnull=False).order_by("pk")
    )
    sites = Site.objects.in_municipality(municipality).filter(kind="point", geometry__isnull=False)
    residents = list(
        Resident.objects.filter(municipality=municipality).select_related("user").order_by("pk")
    )
    shown = [one for one in residents if one.user.email.endswith(".example")]
    return _Demo(
        town=municipality,
        facts=facts,
        texts=json.loads((FOLDER / "texts_SYNTHETIC.json").read_text(encoding="utf-8")),
        now=now,
        random=random,
        kinds={one.code: one for one in Category.objects.in_municipality(municipality).offered()},
        places=random.sample(addresses, min(PLACES, len(addresses))),
        sites=list(sites.order_by("pk")[:200]),
        residents=[one.user for one in [*shown, *residents[:30]]],
        staff=Staff.of(municipality),
    )


def _clock(demo: _Demo) -> dt.datetime:
    return demo.now.astimezone(ZoneInfo(demo.town.timezone))


def _report(demo: _Demo, plan: Plan, number: int) -> NewReport:
    """What is reported, as its way in would hand it on."""
    category = demo.kinds[plan.category]
    reporter = _reporter(demo, plan, category, number)
    is_known = bool(reporter.name or reporter.user)
    site = demo.random.choice(demo.sites) if plan.channel == "sign" and demo.sites else None
    texts = demo.texts["reports"][plan.category][demo.language]
    is_new = plan.at > demo.now - LEFT_UNSORTED and plan.fate != "merged"
    is_unclear = is_new and plan.text % ONE_WITHOUT_KIND == 0
    is_measured = plan.channel not in AT_THE_DESK and site is None
    return NewReport(
        category=None if is_unclear else category,
        geometry=site.geometry if site else _place(demo, plan),
        words=f"{texts[plan.text % len(texts)]} {demo.texts['mark'][demo.language]}",
        source=plan.channel,
        accuracy_m=float(demo.random.choice([5, 8, 12, 20, 35])) if is_measured else None,
        site=site,
        reporter=reporter,
        register_number=f"{10_000 + number}" if is_known else "",
        registered_on=civil_day(plan.at, demo.town.timezone) if is_known else None,
    )


def _reporter(demo: _Demo, plan: Plan, category: Category, number: int) -> NewReporter:
    who = plan.reporter
    if who == ANONYMOUS and category.reporter != Category.Reporter.ANONYMOUS:
        who = "named"
    if category.reporter == Category.Reporter.ACCOUNT:
        who = ACCOUNT
    if who == ANONYMOUS:
        return NewReporter(language=demo.language)
    if who == ACCOUNT and demo.residents:
        user = demo.random.choice(demo.residents[: 2 if number % 3 else None])
        return NewReporter(user=user, name=user.full_name, email=user.email, language=demo.language)
    return NewReporter(
        name=f"Demo {number}",
        email="" if plan.channel in ("phone", "paper") else f"p{number}@{demo.town.slug}.{NOBODYS}",
        phone=f"0700 555 {number:03d}" if plan.channel == "phone" else "",
        language=demo.language,
    )


def _place(demo: _Demo, plan: Plan) -> Point:
    at = demo.places[plan.place].location
    aside = [demo.random.uniform(-BESIDE, BESIDE) for _axis in range(2)]
    return Point(at.x + aside[0], at.y + aside[1], srid=STORAGE_SRID)
