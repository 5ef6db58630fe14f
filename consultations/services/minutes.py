"""Gathers what the minutes of a consultation say, once its result is open; writes nothing."""

from collections.abc import Sequence

from consultations.documents.minutes import (
    CorrectionFacts,
    CountFacts,
    LawFacts,
    MinuteFacts,
    PhaseFacts,
    ProjectFacts,
    Proof,
    RollFacts,
    VoteFacts,
)
from consultations.models import (
    Contribution,
    CountRun,
    LegalNotice,
    OfficialAnswer,
    Phase,
    Process,
    Response,
    Roll,
)
from consultations.phases import PhaseKind
from consultations.services.law import regime_of
from consultations.survey_figures import K


def minute_facts(process: Process, address: str) -> MinuteFacts:
    """The facts of a consultation; a handful of queries for each of its votes.

    Args:
        address: the full address of its public page.
    """
    town = process.municipality
    phases = sorted(process.phases.all(), key=lambda one: (one.starts_at, one.pk))
    return MinuteFacts(
        town=town.names,
        timezone=town.timezone,
        languages=list(town.languages),
        number=process.number,
        title=process.names,
        about=process.texts,
        department=process.department.names,
        council_decision=process.council_decision,
        is_binding=process.is_binding,
        area=process.area.words if process.area is not None else {},
        reference_on=process.reference_on,
        law=_law(process),
        phases=[PhaseFacts(one.kind, one.starts_at, one.ends_at) for one in phases],
        said=_said(process),
        votes=[_vote(one) for one in phases if one.kind == PhaseKind.VOTE],
        address=address,
    )


def _law(process: Process) -> LawFacts | None:
    notice = LegalNotice.objects.filter(process=process).first()
    if notice is None:
        return None
    proofs = notice.proofs.order_by("published_on", "pk")
    return LawFacts(
        law=dict(regime_of(notice).law),
        announced_on=notice.announced_on,
        decides_on=notice.decides_on,
        overridden_why=notice.overridden_why if notice.overridden_at else {},
        proofs=[Proof(one.channel, one.published_on, one.where, one.sha256) for one in proofs],
    )


def _said(process: Process) -> dict[str, int]:
    released = Contribution.objects.filter(process=process).public().spoken()
    answers = OfficialAnswer.objects.filter(contribution__in=released)
    surveys = Response.objects.filter(phase__process=process).count()
    return {
        "contributions": released.count(),
        "answers": answers.count(),
        "surveys": surveys if surveys >= K else 0,
    }


def _vote(phase: Phase) -> VoteFacts:
    roll = Roll.objects.filter(phase=phase).first()
    runs = CountRun.objects.filter(phase=phase).order_by("pk")
    count = runs.prefetch_related("overrides").first()
    return VoteFacts(
        phase.starts_at, _roll(roll) if roll else None, _count(count) if count else None
    )


def _roll(roll: Roll) -> RollFacts:
    report = roll.report
    return RollFacts(
        made_at=roll.made_at,
        digest=bytes(roll.digest).hex(),
        salt=bytes(roll.salt).hex(),
        on_roll=report.get("on_roll", 0),
        entitled=report.get("entitled", 0),
        marks=report.get("marks", {}),
        ballots=report.get("ballots", {}),
        corrections=[
            CorrectionFacts(
                one.kind, one.decision, one.reason, one.recorded_at, bytes(one.digest).hex()
            )
            for one in roll.admissions.order_by("recorded_at", "pk")
        ],
    )


def _count(run: CountRun) -> CountFacts:
    return CountFacts(
        rule=run.rule,
        order=run.order,
        digest=bytes(run.digest).hex(),
        engine=run.engine,
        counted_at=run.counted_at,
        budget=str(run.result["budget"]),
        spent=str(run.result["spent"]),
        projects=_projects(run),
    )


def _projects(run: CountRun) -> Sequence[ProjectFacts]:
    """Winners in the order in which they won, then the others by votes."""
    names = dict(run.phase.process.projects.values_list("code", "names"))
    codes = dict(run.phase.process.projects.values_list("pk", "code"))
    decided = {codes[one.project_id]: one for one in run.overrides.all()}
    winners = list(run.result["winners"])
    said = {one["code"]: one for one in run.result["projects"]}
    others = sorted(set(said) - set(winners), key=lambda code: (-said[code]["votes"], code))
    return [
        ProjectFacts(
            code=code,
            names=names.get(code, {}),
            cost=str(said[code]["cost"]),
            votes=said[code]["votes"],
            counted=code in winners,
            wins=decided[code].wins if code in decided else code in winners,
            reasons=decided[code].reasons if code in decided else {},
        )
        for code in [*winners, *others]
    ]
