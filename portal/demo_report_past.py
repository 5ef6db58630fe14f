"""Tells the whole life of an older invented report in one go, as the ledger would hold it."""

import datetime as dt
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from departments.models import Department
from incidents.answer_paths import path_for
from incidents.competence import Ruling
from incidents.models import Category
from incidents.services.past import PastEvent, PastReport
from incidents.services.recording import SYSTEM, Actor
from incidents.services.reporting import NewReport
from incidents.services.routing import ruling_data
from incidents.workflow import Kind
from portal.demo_report_lives import OUTCOMES, Staff
from portal.demo_report_plans import Plan

#: How long after its coming in a report is sorted by a person, where no rule could.
SORTED_AFTER = dt.timedelta(hours=20)
#: A report of nobody that answers are not owed to is closed.
WITHOUT_ANSWER = frozenset({"closed", "refused"})


@dataclass(frozen=True, slots=True)
class PastLife:
    """One report of the past and what it needs to be told."""

    plan: Plan
    report: NewReport
    # What the rules say of it.
    ruling: Ruling
    staff: Staff
    texts: Mapping[str, Any]
    # The first language of the town.
    language: str
    now: dt.datetime

    def at(self, share: float) -> dt.datetime:
        """A moment of the time the report takes."""
        return self.plan.at + self.plan.lasts * share


def past_life(life: PastLife, reported_by: Actor) -> PastReport:
    """All that happened to a report until now."""
    events = [one for one in _events(life) if one.at <= life.now]
    return PastReport(life.report, life.plan.at, events, reported_by)


def _events(life: PastLife) -> Iterator[PastEvent]:
    category = life.report.category
    if category is None:
        return
    if category.release == Category.Release.RULE and category.visibility != "never":
        said = {"by": "rule", "words": True, "pictures": list[str]()}
        yield PastEvent(Kind.RELEASED, life.plan.at, said)
    department = yield from _sent(life, category)
    if department is None:
        return
    handler = life.staff.handler_for(department)
    data = {"handler": handler.pk, "is_own": True}
    actor = Actor("handler", handler)
    yield PastEvent(Kind.ASSIGNED, life.at(0.1), data, actor)
    yield from _ended(life, category, department, actor)


def _sent(life: PastLife, category: Category) -> Generator[PastEvent, None, int | None]:
    """What the rules said, or the dispatcher where they did not; gives the department."""
    rule = life.ruling.rule
    if rule is None:
        office = Department.objects.get(pk=min(life.staff.heads))
        data = {"department": office.pk, "department_code": office.code, "by": "person"}
        actor = Actor("dispatcher", life.staff.dispatcher)
        yield PastEvent(Kind.ROUTED, life.plan.at + SORTED_AFTER, data, actor)
        return office.pk
    data = ruling_data(life.ruling) | {
        "department": rule.department_id,
        "department_code": rule.department_code,
        "rule": rule.rule_id,
        "is_settled": False,
    }
    yield PastEvent(Kind.OUTSIDE if rule.is_outside else Kind.ROUTED, life.plan.at, data, SYSTEM)
    return None if rule.is_outside else rule.department_id


def _ended(
    life: PastLife, category: Category, department: int, handler: Actor
) -> Iterator[PastEvent]:
    """Answered along the path of its regime; what nobody is owed an answer for is closed."""
    outcome = OUTCOMES[life.plan.text % len(OUTCOMES)]
    words = life.texts["answers"][outcome][life.language]
    told = life.report.reporter
    is_owed = bool(category.regime and (told.name or told.user))
    if life.plan.fate in WITHOUT_ANSWER and not is_owed:
        yield PastEvent(Kind.CLOSED, life.at(1), {"outcome": outcome}, handler, {"why": words})
        return
    said = {"outcome": outcome}
    yield PastEvent(Kind.DRAFTED, life.at(0.7), said, handler, {"answer": words})
    steps = path_for(category.regime)
    by = handler
    for number, step in enumerate(steps):
        share = 0.7 + 0.3 * (number + 1) / (len(steps) + 1)
        yield PastEvent(Kind.PASSED_ON, life.at(share), {"step": step}, by)
        by = _signer(life, step, department)
    yield PastEvent(Kind.ANSWERED, life.at(1), said, by, {"answer": words})


def _signer(life: PastLife, step: str, department: int) -> Actor:
    people: dict[str, tuple[Any, User]] = {
        "head": ("head", life.staff.head_for(department, life.staff.mayor)),
        "authority": ("head", life.staff.mayor),
        "relations": ("clerk", life.staff.clerk),
    }
    role, user = people[step]
    return Actor(role, user)
