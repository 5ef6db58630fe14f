"""A budget year of a demonstration: proposals and their review, the vote, the count, the result."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point

from consultations.models import BudgetProject, Phase, Process, RollEntry
from consultations.services.closing import close_vote
from consultations.services.counting_votes import count_vote, publish_result
from consultations.services.preparing import set_vote
from consultations.services.proposing import Proposal, propose
from consultations.services.publishing import publish
from consultations.services.reviewing import Review, review_project
from consultations.services.rolls import make_roll
from consultations.services.speaking import Saying
from consultations.services.voting import cast
from consultations.services.who_counts import set_reference_day
from portal.demo_consultation_frame import Demo, begun, department_of, released
from residents.models import Residence
from zones.days import civil_day
from zones.models import ZoneShape

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
#: How much likelier somebody votes for what lies in the own neighbourhood.
OWN_ZONE = 3
WAITING = "waiting"


def load_budget(demo: Demo, facts: Mapping[str, Any]) -> int:
    """A budget year as far as it has come; how many ballots were cast in it."""
    year = civil_day(demo.now, demo.town.timezone).year + facts["year"]
    process = begun(demo, facts, blueprint="budget_year", year=str(year))
    vote = process.phases.get(kind="vote")
    before = process.created_at
    set_vote(process=process, phase=vote, settings=facts["vote"], actor=demo.planner, now=before)
    set_reference_day(
        process=process,
        on=civil_day(vote.starts_at - DAY, demo.town.timezone),
        actor=demo.planner,
        now=before,
    )
    process = publish(process=process, actor=demo.planner, now=before)
    projects = _propose(demo, process, facts["projects"])
    if vote.ends_at is None or vote.ends_at > demo.now:
        return 0
    _review(demo, process, projects, facts["projects"])
    return _vote(demo, Phase.objects.get(pk=vote.pk), facts)


def _propose(
    demo: Demo, process: Process, wanted: Sequence[Mapping[str, Any]]
) -> list[BudgetProject]:
    """Each by another resident, in a zone of the town, in the days that are over by now."""
    phase = process.phases.get(kind="proposals")
    until = min(phase.ends_at or demo.now, demo.now)
    step = (until - phase.starts_at) / (len(wanted) + 1)
    homes = demo.crowd(phase.starts_at)
    made = []
    for number, (facts, home) in enumerate(zip(wanted, homes, strict=False), start=1):
        moment = phase.starts_at + number * step
        proposal = Proposal(
            title=facts["title"],
            saying=Saying(
                text=demo.marked(facts["text"]), kind="proposal", place=_place(demo, facts["zone"])
            ),
            cost=Decimal(facts["cost"]),
            language=demo.town.languages[0],
        )
        project = propose(process=process, proposal=proposal, author=home.resident.user, now=moment)
        if facts.get("state") != WAITING and project.contribution is not None:
            released(demo, project.contribution, moment)
        made.append(project)
    return made


def _place(demo: Demo, code: str) -> Point:
    """A point inside a neighbourhood."""
    shapes = ZoneShape.objects.in_municipality(demo.town).in_force(
        civil_day(demo.now, demo.town.timezone)
    )
    point: Point = shapes.get(zone__code=code).geometry.point_on_surface
    return point


def _review(
    demo: Demo,
    process: Process,
    projects: Sequence[BudgetProject],
    wanted: Sequence[Mapping[str, Any]],
) -> None:
    now = process.phases.get(kind="review").starts_at + 5 * DAY
    language = demo.town.languages[0]
    for project, facts in zip(projects, wanted, strict=True):
        refused = facts.get("refused", {})
        review = Review(
            state=BudgetProject.State.REFUSED if refused else BudgetProject.State.FEASIBLE,
            cost=Decimal(facts["cost"]),
            names={language: facts["title"], "en": facts["en"]},
            texts={language: demo.marked(facts["text"])},
            reasons=refused,
            department=department_of(demo, facts["department"]),
        )
        review_project(project=project, review=review, now=now)


def _vote(demo: Demo, vote: Phase, facts: Mapping[str, Any]) -> int:
    """Roll, ballots of invented residents, close, count, and the result for everybody."""
    assert vote.ends_at is not None  # noqa: S101 - for the type checker
    make_roll(phase=vote, now=vote.starts_at - HOUR)
    on_ballot = {
        project.names[demo.town.languages[0]]: project.code
        for project in vote.process.projects.on_ballots()
    }
    offered = {
        on_ballot[one["title"]]: one for one in facts["projects"] if one["title"] in on_ballot
    }
    entries = RollEntry.objects.filter(roll__phase=vote).counted().select_related("resident__user")
    own = {home.resident_id for home in _crowd_before(demo, vote)}
    voters = [one for one in entries.order_by("pk") if one.resident_id in own]
    demo.random.shuffle(voters)
    chosen = voters[: facts["voters"]]
    for entry in chosen:
        moment = vote.starts_at + demo.random.random() * (vote.ends_at - vote.starts_at)
        choices = _choices(demo, entry, offered, facts["vote"]["most"])
        cast(phase=vote, user=entry.resident.user, choices=choices, now=moment)
    over = vote.ends_at + HOUR
    close_vote(phase=vote, now=over)
    count = count_vote(phase=vote, actor=demo.planner, now=over + HOUR)
    publish_result(count_run=count, now=over + 2 * HOUR)
    return len(chosen)


def _crowd_before(demo: Demo, vote: Phase) -> list[Residence]:
    return demo.crowd(vote.starts_at - DAY)


def _choices(
    demo: Demo, entry: RollEntry, offered: Mapping[str, Mapping[str, Any]], most: int
) -> dict[str, int]:
    """What somebody crosses: what is liked by many, and what lies near."""
    zone = entry.zone.code if entry.zone else ""
    pulls = {
        code: one["pull"] * (OWN_ZONE if one["zone"] == zone else 1)
        for code, one in offered.items()
    }
    count = demo.random.randint(1, most)
    drawn = demo.random.choices(list(pulls), list(pulls.values()), k=count)
    return dict.fromkeys(drawn, 1)
