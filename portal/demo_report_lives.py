"""Lets an invented report live: sorted, assigned, asked about, answered, by the verbs of staff."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from departments.access import Right
from departments.models import Department, Membership
from incidents.models import AnswerDraft, Incident
from incidents.services.answering import AnswerText, give_back, pass_on, write
from incidents.services.assigning import assign
from incidents.services.closing import close, needs_answer, reopen
from incidents.services.dialogue import ask_opinion, ask_reporter, give_opinion, note, reply
from incidents.services.legs import Acceptance, NewLeg, accept, finish, forward
from incidents.services.merging import merge
from incidents.services.recording import Actor
from incidents.services.sorting import refuse, send_to
from incidents.services.standing import acting
from incidents.workflow import ALIVE, WORKED_ON, Status
from portal.demo_report_plans import Plan
from zones.days import civil_day
from zones.models import Municipality

OUTSIDE = Department.Kind.OUTSIDE
OUTCOMES = ("done", "done", "done", "planned", "not_done", "not_found", "explained")
BASES = {"RO": "OG 27/2002, art. 6¹", "BG": "АПК, чл. 112"}
#: Days in which the dispatcher gets round to what the rules could not place.
SORTED_AFTER = dt.timedelta(hours=20)
LEFT_UNSORTED = dt.timedelta(days=14)


class _NotYetError(Exception):
    """The next step lies in the future."""


@dataclass(frozen=True)
class Staff:
    """Who works for the town."""

    clerk: User
    dispatcher: User
    mayor: User
    heads: Mapping[int, User]
    handlers: Mapping[int, User]
    above: Mapping[int, int | None]

    @classmethod
    def of(cls, municipality: Municipality) -> "Staff":
        """The people of the demonstration; one without a clerk, dispatcher or mayor is an error."""
        held = list(
            Membership.objects.in_municipality(municipality).select_related("user").order_by("pk")
        )
        own = Department.objects.in_municipality(municipality)
        wide = {one.role: one.user for one in reversed(held) if one.department_id is None}
        return cls(
            clerk=wide["clerk"],
            dispatcher=wide["dispatcher"],
            mayor=wide["head"],
            heads=_by_department(held, "head"),
            handlers=_by_department(held, "handler"),
            above=dict(own.values_list("pk", "parent")),
        )

    def handler_for(self, department: int | None) -> User:
        """Who works on the reports of a department: its handler, else its head, else sorting."""
        return self._found(self.handlers, department) or self.head_for(department, self.dispatcher)

    def head_for(self, department: int | None, otherwise: User) -> User:
        """The head of a department or of one above."""
        return self._found(self.heads, department) or otherwise

    def _found(self, people: Mapping[int, User], department: int | None) -> User | None:
        while department is not None:
            if department in people:
                return people[department]
            department = self.above.get(department)
        return None


def _by_department(held: list[Membership], role: str) -> dict[int, User]:
    return {one.department_id: one.user for one in held if one.role == role and one.department_id}


@dataclass
class Life:
    """One report and what happens to it until now."""

    incident: Incident
    plan: Plan
    staff: Staff
    texts: Mapping[str, Any]
    now: dt.datetime

    def live(self) -> None:
        """Do everything that would have been done by now."""
        try:
            self._sort()
            if self.incident.status in WORKED_ON:
                self._work()
        except _NotYetError:
            return

    # -- steps -----------------------------------------------------------------------------------

    def _sort(self) -> None:
        """The dispatcher looks at what the rules left, except at what came in lately."""
        if self.plan.fate == "refused" and self.incident.status in (Status.TRIAGE, Status.OPEN):
            moment = self._after(SORTED_AFTER)
            actor = self._as(self.staff.dispatcher, Right.SORT, moment)
            refuse(incident=self.incident, reason="spam", why="", actor=actor, now=moment)
        if self.incident.status != Status.TRIAGE or self.now - self.plan.at < LEFT_UNSORTED:
            return
        office = self._office()
        moment = self._after(SORTED_AFTER)
        actor = self._as(self.staff.dispatcher, Right.SORT, moment)
        send_to(incident=self.incident, department=office, actor=actor, now=moment)

    def _office(self) -> Department:
        """Where the dispatcher sends what no rule could place: to the first office with a head."""
        return Department.objects.get(pk=min(self.staff.heads))

    def _work(self) -> None:
        department = self.incident.department
        if self.plan.fate == "forwarded" or (department and department.kind == OUTSIDE):
            self._forward(self._body())
            return
        handler = self.staff.handler_for(self.incident.department_id)
        moment = self._at(0.1)
        assign(
            incident=self.incident,
            handler=handler,
            actor=self._as(handler, Right.HANDLE, moment),
            now=moment,
        )
        if self.plan.fate == "merged" and self._merge(handler):
            return
        self._talk(handler)
        self._end(handler)

    def _merge(self, handler: User) -> bool:
        """Join an older report of the same kind that is still open, if there is one."""
        town = self.incident.municipality
        same = Incident.objects.in_municipality(town).filter(
            category=self.incident.category_id,
            department=self.incident.department_id,
            status__in=WORKED_ON,
            leader=None,
        )
        leader = same.exclude(pk=self.incident.pk).order_by("pk").first()
        if leader is None:
            return False
        moment = self._at(0.3)
        actor = self._as(handler, Right.HANDLE, moment)
        merge(incident=self.incident, leader=leader, actor=actor, now=moment)
        return True

    def _talk(self, handler: User) -> None:
        moment = self._at(0.2)
        actor = self._as(handler, Right.HANDLE, moment)
        match self.plan.fate:
            case "asked":
                words = self._said("questions")
                ask_reporter(incident=self.incident, text=words, actor=actor, now=moment)
                reply(
                    incident=self.incident,
                    text=self._said("replies"),
                    actor=Actor("reporter"),
                    now=self._at(0.5),
                )
            case "opinion":
                self._ask_opinion(actor, moment)
            case "noted":
                note(incident=self.incident, text=self._said("notes"), actor=actor, now=moment)

    def _ask_opinion(self, actor: Actor, moment: dt.datetime) -> None:
        asked, said = self.texts["opinions"][self._language]
        others = sorted(set(self.staff.heads) - {self.incident.department_id})
        other = Department.objects.get(pk=others[self.plan.text % len(others)])
        question = ask_opinion(
            incident=self.incident, department=other, text=asked, actor=actor, now=moment
        )
        head = Actor("head", self.staff.heads[other.pk], other)
        give_opinion(asked=question, text=said, actor=head, now=self._at(0.5))

    def _end(self, handler: User) -> None:
        """Answer or close, and perhaps open again."""
        outcome = OUTCOMES[self.plan.text % len(OUTCOMES)]
        words = self.texts["answers"][outcome][self._language]
        if self.plan.fate == "closed" and not needs_answer(self.incident):
            moment = self._at(1)
            actor = self._as(handler, Right.HANDLE, moment)
            close(incident=self.incident, outcome=outcome, why=words, actor=actor, now=moment)
        else:
            self._answer(handler, AnswerText(words, self._language, outcome))
        if self.plan.fate == "reopened":
            moment = self._after(self.plan.lasts + dt.timedelta(days=3))
            actor = self._as(handler, Right.HANDLE, moment)
            why = self.texts["verdicts"][self._language][1]
            reopen(incident=self.incident, why=why, actor=actor, now=moment)

    def _answer(self, handler: User, answer: AnswerText) -> None:
        moment = self._at(0.7)
        actor = self._as(handler, Right.HANDLE, moment)
        draft = write(incident=self.incident, answer=answer, actor=actor, now=moment)
        is_returned = self.plan.fate != "returned"
        for share in (0.75, 0.8, 0.85, 0.9, 0.95, 1):
            if draft.step == AnswerDraft.Step.SENT:
                break
            moment = self._at(share)
            if draft.step == AnswerDraft.Step.HEAD and not is_returned:
                remark = self._said("notes")
                head = self._signer(draft, moment)
                draft = give_back(draft=draft, remark=remark, actor=head, now=moment)
                is_returned = True
            else:
                draft = pass_on(draft=draft, actor=self._signer(draft, moment), now=moment)
        self.incident.refresh_from_db()

    def _signer(self, draft: AnswerDraft, moment: dt.datetime) -> Actor:
        """Whose step it is."""
        department = self.incident.department_id
        match draft.step:
            case AnswerDraft.Step.HEAD:
                head = self.staff.head_for(department, self.staff.mayor)
                return self._as(head, Right.SIGN, moment)
            case AnswerDraft.Step.AUTHORITY:
                return self._as(self.staff.mayor, Right.SIGN, moment)
            case AnswerDraft.Step.RELATIONS:
                return self._as(self.staff.clerk, Right.TAKE_IN, moment)
        return self._as(self.staff.handler_for(department), Right.HANDLE, moment)

    def _body(self) -> Department:
        """An outside body of the town."""
        bodies = Department.objects.in_municipality(self.incident.municipality).filter(kind=OUTSIDE)
        found = list(bodies.order_by("pk"))
        return found[self.plan.text % len(found)]

    def _forward(self, body: Department) -> None:
        """Send it to the outside body, which promises and mostly keeps its promise."""
        moment = self._at(0.05)
        actor = self._as(self.staff.dispatcher, Right.HANDLE, moment)
        basis = BASES[self.incident.municipality.country]
        leg = forward(
            incident=self.incident,
            leg=NewLeg(body, basis, self.texts["messages"][self._language]),
            actor=actor,
            now=moment,
        )
        partner = Actor("partner", None, body)
        moment = self._at(0.3)
        day = civil_day(moment, self.incident.municipality.timezone)
        promise = Acceptance(day + dt.timedelta(days=10), f"{self.plan.text + 400}", day)
        leg = accept(leg=leg, promise=promise, actor=partner, now=moment)
        words = self.texts["answers"]["done"][self._language]
        finish(leg=leg, outcome="done", words=words, actor=partner, now=self._at(1))

    # -- words, people, moments ------------------------------------------------------------------

    @property
    def _language(self) -> str:
        return str(self.incident.municipality.languages[0])

    def _said(self, what: str) -> str:
        texts = self.texts[what][self._language]
        return str(texts[self.plan.text % len(texts)])

    def _as(self, user: User, right: Right, moment: dt.datetime) -> Actor:
        return acting(user, self.incident, right, moment)

    def _at(self, share: float) -> dt.datetime:
        """A moment of the time the report takes; nothing happens after now."""
        return self._after(self.plan.lasts * share)

    def _after(self, time: dt.timedelta) -> dt.datetime:
        moment = self.plan.at + time
        if moment > self.now or self.incident.status not in ALIVE | {Status.ANSWERED}:
            raise _NotYetError
        return moment
