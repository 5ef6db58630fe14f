"""The part of a whole town that is about consultations: one over everything, one that is voted on.

Phases hold from long ago until far ahead, so that every page of them is open on any day.
"""

import datetime as dt
from typing import Any

from accounts.models import User
from consultations.models import (
    Ballot,
    BudgetProject,
    Contribution,
    LegalNotice,
    OfficialAnswer,
    Override,
    PaperBallot,
    Phase,
    Process,
    ProjectLayer,
    PublicationProof,
    Question,
    Response,
    ResponseValue,
    Roll,
    RollEntry,
    RollLook,
    Support,
)
from consultations.phases import Action, PhaseKind
from consultations.services.counting_votes import count_vote
from departments.models import Department
from residents.models import Resident
from submissions.models import Submission
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    BudgetProjectFactory,
    ContributionFactory,
    LayerFactory,
    PartFactory,
    PhaseFactory,
    ProcessFactory,
    QuestionFactory,
    RuleFactory,
)
from tests.factories.departments import NOON, TODAY
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import spot
from zones.models import Municipality, Zone

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
VOTED = dt.datetime(2020, 3, 1, tzinfo=dt.UTC)
FAR_AHEAD = dt.datetime(2990, 1, 1, tzinfo=dt.UTC)
OPEN = (
    PhaseKind.INFORMATION,
    PhaseKind.SURVEY,
    PhaseKind.IDEAS,
    PhaseKind.DEBATE,
    PhaseKind.DRAFT,
    PhaseKind.PROPOSALS,
    PhaseKind.REVIEW,
    PhaseKind.RESULT,
    PhaseKind.REALISATION,
)
VOTE = {
    "ballot": "approval",
    "most": 3,
    "budget": "250000.00",
    "currency": "RON",
    "rule": "greedy",
    "completion": "",
    "stops": False,
    "threshold": 0,
    "by_zone": False,
    "k": 10,
}


def consultations_of(
    canary: str, town: Municipality, rows: dict[str, Any], person: User
) -> dict[str, Any]:
    """A draft, one with everything in it and a vote that is over, and one that is voted on now."""
    department, area, zone = rows["department"], rows["area"], rows["zone"]
    over = _process(canary, town, department, person, area=area)
    phases = {kind: _open(over, kind) for kind in OPEN}
    drawn = _drawing(canary, over)
    said = _voices(canary, over, phases, zone, person, drawn["project_layer"])
    vote = PhaseFactory.create(
        process=over, kind=PhaseKind.VOTE, starts_at=LONG_AGO, ends_at=VOTED, settings=VOTE
    )
    resident = rows["resident"]
    counted = _counted(canary, vote, zone, resident, person, said["proposal"])
    proof = _notice(canary, over, person)
    running = _process(canary, town, department, person)
    running_vote = PhaseFactory.create(
        process=running, kind=PhaseKind.VOTE, starts_at=LONG_AGO, ends_at=FAR_AHEAD, settings=VOTE
    )
    _project(canary, running)
    _roll(running_vote, zone, resident)
    draft = _process(canary, town, department, person, state="draft", published_at=None)
    PhaseFactory.create(process=draft, starts_at=LONG_AGO, ends_at=FAR_AHEAD)
    return {
        "process": over,
        "running": running,
        "consultation_draft": draft,
        "proof": proof,
        "vote_phase": vote,
        **drawn,
        **said,
        **counted,
    }


def _named(canary: str) -> dict[str, str]:
    return {"en": f"{canary} name", "ro": f"{canary} name"}


def _process(
    canary: str, town: Municipality, department: Department, person: User, **given: Any
) -> Process:
    process: Process = ProcessFactory.create(
        municipality=town,
        department=department,
        created_by=person,
        names=_named(canary),
        texts=_named(canary),
        council_decision=f"{canary} decision",
        **given,
    )
    for action in (Action.VOTE, Action.COMMENT):
        RuleFactory.create(process=process, action=action)
    return process


def _open(process: Process, kind: str) -> Phase:
    phase: Phase = PhaseFactory.create(
        process=process, kind=kind, starts_at=LONG_AGO, ends_at=FAR_AHEAD
    )
    return phase


def _drawing(canary: str, process: Process) -> dict[str, Any]:
    layer = LayerFactory.create(
        process=process, names=_named(canary), descriptions=_named(canary), code="a"
    )
    return {"project_layer": layer, "project_part": PartFactory.create(
        layer=layer, names=_named(canary), code="stop"
    )}  # fmt: skip


def _voices(
    canary: str,
    process: Process,
    phases: dict[PhaseKind, Phase],
    zone: Zone,
    person: User,
    layer: ProjectLayer,
) -> dict[str, Any]:
    """Ideas, comments and proposals that are public and that wait; a survey; what the town says."""
    said: dict[str, Contribution] = {}
    for kind, phase in (
        ("idea", PhaseKind.IDEAS),
        ("comment", PhaseKind.DEBATE),
        ("remark", PhaseKind.DRAFT),
        ("proposal", PhaseKind.PROPOSALS),
    ):
        for state in ("released", "waiting"):
            words = SubmissionFactory.create(
                text=f"{canary} {kind}", origin="consultation", state=state
            )
            said[f"{kind}_{state}"] = ContributionFactory.create(
                process=process,
                phase=phases[phase],
                kind=kind,
                submission=words,
                author=UserFactory.create(full_name=f"{canary} author"),
                organisation=f"{canary} shop",
                zone=zone,
                layer=layer if kind == "comment" else None,
                geometry=spot(0.5, 0.5),
            )
    Support.objects.create(contribution=said["idea_released"], user=person)
    about = {"process": process, "texts": _named(canary), "outcome": "taken"}
    by = {"answered_by": person, "answered_at": NOON}
    OfficialAnswer.objects.create(contribution=said["idea_released"], **about, **by)
    OfficialAnswer.objects.create(zone=zone, **about, **by)
    asked = _survey(canary, phases[PhaseKind.SURVEY], zone)
    return {
        "contribution": said["idea_released"],
        "waiting_contribution": said["comment_waiting"],
        "proposal": said["proposal_released"],
        **asked,
    }


def _survey(canary: str, phase: Phase, zone: Zone) -> dict[str, Any]:
    question: Question = QuestionFactory.create(phase=phase, names=_named(canary), kind="text")
    chosen = QuestionFactory.create(phase=phase, names=_named(canary), kind="one")
    waiting: ResponseValue | None = None
    for number in range(12):
        response = Response.objects.create(
            phase=phase,
            user=UserFactory.create(full_name=f"{canary} respondent"),
            standing="inside",
            zone=zone,
            answered_on=TODAY,
        )
        state = Submission.State.RELEASED if number % 2 else Submission.State.WAITING
        words = SubmissionFactory.create(text=f"{canary} words", origin="consultation", state=state)
        said = ResponseValue.objects.create(response=response, question=question, submission=words)
        waiting = said if state == Submission.State.WAITING else waiting
        ResponseValue.objects.create(response=response, question=chosen, value=["yes"])
    return {"survey_question": question, "survey_words": waiting}


def _project(canary: str, process: Process, **given: Any) -> BudgetProject:
    project: BudgetProject = BudgetProjectFactory.create(
        process=process,
        names=_named(canary),
        texts=_named(canary),
        reasons=_named(canary),
        **given,
    )
    return project


def _roll(phase: Phase, zone: Zone, resident: Resident, **given: Any) -> Roll:
    roll = Roll.objects.create(
        phase=phase, made_at=LONG_AGO, digest=b"d" * 32, salt=b"s" * 32, **given
    )
    RollEntry.objects.create(roll=roll, resident=resident, why="counted", zone=zone)
    return roll


def _counted(
    canary: str, vote: Phase, zone: Zone, resident: Resident, person: User, proposal: Contribution
) -> dict[str, Any]:
    """A vote that is over: roll, papers, ballots of one zone, the count, a decision against it."""
    department = vote.process.department
    project = _project(canary, vote.process, contribution=proposal, department=department)
    lost = _project(canary, vote.process)
    roll = _roll(vote, zone, resident, closed_at=VOTED)
    RollEntry.objects.filter(roll=roll).update(channel="online")
    RollLook.objects.create(roll=roll, user=person, looked_at=NOON, asked=f"{canary} asked")
    PaperBallot.objects.create(
        phase=vote, digest=f"{canary}-paper".encode(), state="counted", printed_on=TODAY
    )
    Ballot.objects.bulk_create(
        Ballot(phase=vote, choices={project.code: 1}, zone=zone, channel="online")
        for _number in range(12)
    )
    count = count_vote(phase=vote, actor=person, now=NOON)
    BudgetProject.objects.filter(pk=project.pk).update(state="won")
    BudgetProject.objects.filter(pk=lost.pk).update(state="lost")
    Override.objects.create(
        count=count,
        project=lost,
        wins=True,
        reasons=_named(canary),
        decided_by=person,
        decided_at=NOON,
    )
    return {"project": project}


def _notice(canary: str, process: Process, person: User) -> PublicationProof:
    """What the law asks, and the proof that it was done."""
    notice = LegalNotice.objects.create(
        process=process,
        regime="ro-normative-act",
        announced_on=TODAY,
        responsible=f"{canary} responsible",
        send_to=f"{canary} address",
        overridden_by=person,
        overridden_at=NOON,
        overridden_why=_named(canary),
    )
    return PublicationProof.objects.create(
        notice=notice,
        channel="website",
        published_on=TODAY,
        where=f"{canary} board",
        text=f"{canary} notice",
        sha256="0" * 64,
        recorded_by=person,
        recorded_at=NOON,
    )
