"""Somebody proposes a project for the budget; its words wait for a moderator like all words."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import BudgetProject, Contribution, Phase, Process
from consultations.opening_words import closed_words, moment_words
from consultations.phases import Action, PhaseKind, holds, opening
from consultations.services.speaking import (
    DECLARED,
    HOUR,
    LONGEST_ORGANISATION,
    MOST_IN_AN_HOUR,
    ORIGIN,
    Saying,
    check_place,
    voice_of,
)
from submissions.masking import mask
from submissions.services import take_text
from zones.days import civil_day

LONGEST_TITLE = 120
_LARGEST = Decimal("1e12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants to have built.

    Attributes:
        saying: the words, the place, and for whom.
        cost: as the person guesses; the review fixes it.
        language: of the words.
    """

    title: str
    saying: Saying
    cost: Decimal
    language: str


@transaction.atomic
def propose(
    *, process: Process, proposal: Proposal, author: User, now: dt.datetime
) -> BudgetProject:
    """Keep a proposal; nobody outside sees it before a moderator released its words.

    Raises:
        ValidationError: `closed`, `too_many`, `required`, `no_place`, `outside`, `cost`, and what
            a submission refuses.
    """
    User.objects.select_for_update().get(pk=author.pk)
    phase = phase_for_proposals(process, now)
    _refuse_too_many(process, author, now)
    saying = proposal.saying
    if saying.place is None:
        sentence = _("Say where your project belongs.")
        raise ValidationError({"where": ValidationError(sentence, code="no_place")})
    check_place(process, saying.place)
    title = checked_title(proposal.title)
    cost = checked_cost(proposal.cost)
    if not saying.text.strip():
        wrong = ValidationError(_("There is no text. Write a few words, please."), code="empty")
        raise ValidationError({"text": wrong})
    organisation = _organisation(saying)
    voice = voice_of(author, process, now)
    submission = take_text(
        text=f"{title}\n\n{saying.text}",
        origin=ORIGIN,
        received_on=civil_day(now, process.municipality.timezone),
    )
    contribution = Contribution.objects.create(
        process=process,
        phase=phase,
        kind=Contribution.Kind.PROPOSAL,
        submission=submission,
        author=author,
        standing=saying.speaks_as or voice.standing,
        organisation=organisation,
        zone=voice.zone,
        assurance=voice.assurance,
        geometry=saying.place,
        said_at=now,
    )
    return BudgetProject.objects.create(
        process=process,
        code=next_code(process),
        contribution=contribution,
        names={proposal.language: title},
        geometry=saying.place,
        cost=cost,
    )


def phase_for_proposals(process: Process, now: dt.datetime) -> Phase:
    """The phase that takes proposals now.

    Raises:
        ValidationError: `closed`, with the moment it opens or was open.
    """
    phases = [one for one in process.phases.all() if one.kind == PhaseKind.PROPOSALS]
    for phase in phases:
        if holds(phase, now):
            return phase
    window = opening(Action.PROPOSE, phases, now)
    raise ValidationError(closed_words(window, process.municipality.timezone), code="closed")


def next_code(process: Process) -> str:
    """The number on ballots: P1, P2 … in the order in which they came."""
    Process.objects.select_for_update().get(pk=process.pk)
    taken = set(process.projects.values_list("code", flat=True))
    number = len(taken) + 1
    while f"P{number}" in taken:
        number += 1
    return f"P{number}"


def checked_title(title: str) -> str:
    """One short line with personal details covered.

    Raises:
        ValidationError: `required`, at `title`.
    """
    covered = " ".join(mask(title.replace("\x00", "")).text.split())
    if not covered or len(covered) > LONGEST_TITLE:
        sentence = _("Give the project a short title.")
        raise ValidationError({"title": ValidationError(sentence, code="required")})
    return covered


def checked_cost(cost: Decimal) -> Decimal:
    """An amount above zero.

    Raises:
        ValidationError: `cost`, at `cost`.
    """
    if not cost.is_finite() or not 0 < cost < _LARGEST or cost != round(cost, 2):
        sentence = _("Write the cost as an amount above zero.")
        raise ValidationError({"cost": ValidationError(sentence, code="cost")})
    return cost


def _organisation(saying: Saying) -> str:
    name = " ".join(saying.organisation.replace("\x00", "").split())
    if saying.speaks_as not in DECLARED:
        return ""
    if not name or len(name) > LONGEST_ORGANISATION:
        sentence = _("Write the name of the business or association.")
        raise ValidationError({"organisation": ValidationError(sentence, code="required")})
    return name


def _refuse_too_many(process: Process, author: User, now: dt.datetime) -> None:
    said = Contribution.objects.filter(author=author, said_at__gt=now - HOUR).order_by("said_at")
    moments = list(said.values_list("said_at", flat=True))
    if len(moments) >= MOST_IN_AN_HOUR:
        again = moment_words(moments[-MOST_IN_AN_HOUR] + HOUR, process.municipality.timezone)
        raise ValidationError(
            _("You said a lot in the last hour. Go on at %(when)s, please.") % {"when": again},
            code="too_many",
        )
