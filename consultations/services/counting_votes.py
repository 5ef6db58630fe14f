"""A vote is counted, once, from its published file; the town may decide otherwise and says why."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.counting import EQUAL_SHARES, Rule, count, order_of, rule_of, shares_by
from consultations.elections import Election
from consultations.explaining import money_by_zone, paid_by_zone, votes_missing, whys
from consultations.models import BudgetProject, CountRun, Override, Phase, Process
from consultations.pabulib import read_election
from consultations.phases import PhaseKind
from consultations.services.pb_files import pb_file
from consultations.words import LONGEST_TEXT

ENGINE = "megdan-count 1"


def vote_of(process: Process) -> Phase | None:
    """The last vote of a consultation."""
    return process.phases.filter(kind=PhaseKind.VOTE).order_by("-starts_at").first()


@transaction.atomic
def count_vote(*, phase: Phase, actor: User, now: dt.datetime) -> CountRun:
    """Count a vote that is over; a second call gives the first count.

    What is counted is the text of the file that everybody gets, so that both can be compared.

    Raises:
        ValidationError: `no_vote`, `still_open`, `no_ballots`, `changed` where the ballots are no
            longer those that were counted, and what the settings of the vote refuse.
    """
    locked = Phase.objects.select_for_update().get(pk=phase.pk)
    _refuse_early(locked, now)
    file = pb_file(locked)
    earlier = locked.counts.order_by("pk").first()
    if earlier is not None:
        if bytes(earlier.digest) != file.digest:
            raise ValidationError(
                _("The ballots or projects are no longer those that were counted. Call support."),
                code="changed",
            )
        return earlier
    election = read_election(file.text)
    rule, order = rule_of(election), order_of(election)
    return CountRun.objects.create(
        phase=locked,
        rule=_rule_said(election, rule),
        order=[election.projects[place].code for place in order],
        digest=file.digest,
        text=file.text,
        result=result_of(election, rule, order),
        engine=ENGINE,
        counted_at=now,
        counted_by=actor,
    )


def _refuse_early(phase: Phase, now: dt.datetime) -> None:
    if phase.kind != PhaseKind.VOTE:
        raise ValidationError(_("This consultation has no vote."), code="no_vote")
    if phase.ends_at is None or phase.ends_at > now:
        raise ValidationError(
            _("The vote is still open. It is counted after its end."), code="still_open"
        )
    if not phase.ballots.exists():
        raise ValidationError(
            _("There are no ballots to count. Close the vote first."), code="no_ballots"
        )


def result_of(election: Election, rule: Rule, order: list[int]) -> dict[str, Any]:
    """What a count gave with its reasons, as plain data; money in whole units and decimals."""
    counted = count(election, rule, order)
    places = {project.code: place for place, project in enumerate(election.projects)}
    winners = [places[code] for code in counted.winners]
    paid = _paid(election, rule, order)
    reasons = whys(election, rule, winners, order)
    projects = [
        {
            "code": project.code,
            "cost": money_text(Fraction(project.cost, election.scale)),
            "votes": counted.votes[place],
            "score": money_text(counted.scores[place]),
            "why": str(reasons[place]),
            "missing": None if place in winners else votes_missing(election, rule, place, order),
            "paid": paid.get(place, {}),
        }
        for place, project in enumerate(election.projects)
    ]
    return {
        "winners": list(counted.winners),
        "spent": money_text(counted.spent),
        "budget": money_text(counted.budget),
        "left": money_text(counted.budget - counted.spent),
        "voters": election.voters,
        "projects": projects,
        "zones": money_by_zone(election, winners),
    }


def _paid(election: Election, rule: Rule, order: list[int]) -> dict[int, dict[str, int]]:
    if rule.name != EQUAL_SHARES:
        return {}
    shares = shares_by(election, rule, order)
    paid = paid_by_zone(election, shares, list(rule.zones))
    bought = (purchase.place for purchase in shares.purchases)
    return dict(zip(bought, paid, strict=True))


def _rule_said(election: Election, rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "completion": rule.completion,
        "threshold": rule.city.threshold,
        "stops": rule.city.stops,
        "zones": {zone: money_text(Fraction(m, election.scale)) for zone, m in rule.zones.items()},
        "currency": election.meta.get("currency", ""),
    }


def money_text(value: Fraction) -> str:
    """A decimal number without zeros that say nothing; what does not end is cut at two."""
    return f"{float(value):.2f}".removesuffix(".00")


@transaction.atomic
def override_count(
    *,
    count_run: CountRun,
    project: BudgetProject,
    wins: bool,
    reasons: Mapping[str, str],
    actor: User,
    now: dt.datetime,
) -> Override:
    """Decide about a project otherwise than the count; shown beside it for good.

    Raises:
        ValidationError: `unknown`, `same` as the count, `required` without a reason, `twice`.
    """
    CountRun.objects.select_for_update().get(pk=count_run.pk)
    counted = {one["code"] for one in count_run.result["projects"]}
    if project.process_id != count_run.phase.process_id or project.code not in counted:
        raise ValidationError(_("Choose one of this town."), code="unknown")
    if (project.code in count_run.result["winners"]) == wins:
        raise ValidationError(_("This is what the count says already."), code="same")
    kept = checked_reasons(count_run.phase.process, reasons)
    if count_run.overrides.filter(project=project).exists():
        raise ValidationError(_("This was decided already."), code="twice")
    return Override.objects.create(
        count=count_run,
        project=project,
        wins=wins,
        reasons=kept,
        decided_by=actor,
        decided_at=now,
    )


def checked_reasons(process: Process, reasons: Mapping[str, str]) -> dict[str, str]:
    """Reasons as they are kept: at least in the town's first language.

    Raises:
        ValidationError: `required`, `too_long`, at the field of the language.
    """
    kept = {code: text.replace("\x00", "").strip() for code, text in reasons.items()}
    kept = {code: text for code, text in kept.items() if text}
    first = process.municipality.languages[0]
    if first not in kept:
        wrong = ValidationError(_("Write the reason."), code="required")
        raise ValidationError({f"reasons_{first}": wrong})
    for code, text in kept.items():
        if len(text) > LONGEST_TEXT:
            sentence = _("Write the text in at most %(longest)d characters for each language.")
            wrong = ValidationError(sentence % {"longest": LONGEST_TEXT}, code="too_long")
            raise ValidationError({f"reasons_{code}": wrong})
    return kept


def final_winners(count_run: CountRun) -> list[str]:
    """The winners of the count as the town's decisions changed them."""
    decided = {one.project.code: one.wins for one in count_run.overrides.select_related("project")}
    counted = [code for code in count_run.result["winners"] if decided.get(code, True)]
    return [*counted, *sorted(code for code, wins in decided.items() if wins)]


@transaction.atomic
def publish_result(*, count_run: CountRun, now: dt.datetime) -> Phase:
    """Open the result to everybody: a phase of results begins now, unless one is under way.

    Raises:
        ValidationError: `still_open` while a vote of the consultation runs.
    """
    process = Process.objects.select_for_update().get(pk=count_run.phase.process_id)
    if process.phases.holding(now).filter(kind=PhaseKind.VOTE).exists():
        raise ValidationError(
            _("The vote is still open. It is counted after its end."), code="still_open"
        )
    winners = final_winners(count_run)
    own = BudgetProject.objects.filter(
        process=process, code__in=[one["code"] for one in count_run.result["projects"]]
    )
    own.filter(code__in=winners).update(state=BudgetProject.State.WON)
    own.exclude(code__in=winners).update(state=BudgetProject.State.LOST)
    shown = process.phases.filter(kind=PhaseKind.RESULT)
    running = shown.holding(now).first()
    if running is not None:
        return running
    planned = shown.filter(starts_at__gt=now).order_by("starts_at").first()
    if planned is None:
        return process.phases.create(kind=PhaseKind.RESULT, starts_at=now)
    planned.starts_at = now
    planned.save(update_fields=["starts_at"])
    return planned
