"""Casting a vote: the mark on the roll and the ballot in the box, both or neither."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.ballots import BallotForm, OnBallot, sentence
from consultations.eligibility import Why
from consultations.models import BudgetProject, Channel, Phase, Process, Roll, RollEntry
from consultations.phases import PhaseKind, holds
from consultations.services import intake
from consultations.services.zone_limits import check_zones

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Receipt:
    """That somebody voted, and nothing else: no choice, no moment, no number of a ballot."""

    consultation: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class Voter:
    """A person before the roll of a vote.

    Attributes:
        entry: the line; nothing for who does not stand on the roll.
    """

    entry: RollEntry | None

    @property
    def why(self) -> Why:
        """Why the person counts or does not."""
        return Why(self.entry.why) if self.entry else Why.NO_RESIDENCE

    @property
    def has_voted(self) -> bool:
        """Whether a ballot was cast or handed out."""
        return bool(self.entry and self.entry.channel)


def voter_of(phase: Phase, user: "User | AnonymousUser") -> Voter:
    """Where a person stands in a vote."""
    if not user.is_authenticated:
        return Voter(None)
    rows = RollEntry.objects.filter(roll__phase=phase, resident__user=user)
    return Voter(rows.select_related("zone").first())


def projects_on(phase: Phase) -> list[BudgetProject]:
    """What stands on the ballot, in the drawn order."""
    rows = BudgetProject.objects.filter(process_id=phase.process_id).on_ballots()
    return list(rows.filter(drawn__isnull=False).select_related("zone"))


def as_on_ballot(projects: Sequence[BudgetProject]) -> list[OnBallot]:
    """The projects as the form of the ballot asks about them."""
    return [OnBallot(one.code, one.cost, one.group) for one in projects]


@transaction.atomic
def cast(
    *, phase: Phase, user: "User | AnonymousUser", choices: Mapping[str, int], now: dt.datetime
) -> Receipt:
    """Mark the line of the roll and put the ballot into the box, in one transaction.

    The mark is the gate: of votes of one person at the same moment the database lets one through.

    Raises:
        ValidationError: `vote_closed`, `not_on_roll`, `voted_already`, and those of
            `check_choices`.
    """
    intake.enter(phase.pk)
    require_open(phase, now)
    voter = voter_of(phase, user)
    if voter.entry is None or voter.why is not Why.COUNTED:
        raise ValidationError(
            _("You are not on the roll of this vote."),
            code="not_on_roll",
            params={"why": voter.why},
        )
    if voter.has_voted:
        raise _voted_already()
    check_choices(phase, choices, voter.entry)
    mark(voter.entry, Channel.ONLINE)
    drop(phase, zone=voter.entry.zone_id, choices=choices, channel=Channel.ONLINE)
    return Receipt(phase.process_id, Channel.ONLINE)


def require_open(phase: Phase, now: dt.datetime) -> None:
    """Refuse before the first moment, from the end on, and once the box was emptied.

    Raises:
        ValidationError: `vote_closed`.
    """
    is_open = (
        phase.kind == PhaseKind.VOTE
        and holds(phase, now)
        and Process.objects.filter(pk=phase.process_id, state=Process.State.PUBLISHED).exists()
        and Roll.objects.filter(phase=phase, closed_at__isnull=True).exists()
    )
    if not is_open:
        raise _closed()


def check_choices(phase: Phase, choices: Mapping[str, int], entry: RollEntry | None) -> None:
    """Refuse what is no ballot of this vote, each fault with its own code.

    Args:
        entry: the line of the voter; nothing for a paper, which tells nobody's home.

    Raises:
        ValidationError: a `ballots.Refusal`, or `too_many_zones`.
    """
    form = BallotForm.of(phase.settings)
    projects = projects_on(phase)
    faults = form.check(choices, as_on_ballot(projects))
    if faults:
        raise ValidationError([ValidationError(sentence(one, form), code=one) for one in faults])
    check_zones(phase, [one for one in projects if one.code in choices], entry)


def mark(entry: RollEntry, channel: Channel) -> None:
    """Mark a line that carries no mark yet.

    Raises:
        ValidationError: `voted_already`.
    """
    unmarked = RollEntry.objects.counted().filter(pk=entry.pk, channel="")
    if not unmarked.update(channel=channel):
        raise _voted_already()


def drop(phase: Phase, *, zone: int | None, choices: Mapping[str, int], channel: Channel) -> None:
    """Put a ballot into the box.

    Raises:
        ValidationError: `vote_closed` where the box is gone.
    """
    if not intake.put(phase.pk, zone=zone, choices=choices, channel=channel):
        raise _closed()


def _closed() -> ValidationError:
    return ValidationError(_("This vote is not open now."), code="vote_closed")


def _voted_already() -> ValidationError:
    return ValidationError(
        _("Your vote is in the box already. Nobody can take it out or change it."),
        code="voted_already",
    )
