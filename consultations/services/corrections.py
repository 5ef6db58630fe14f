"""Puts a roll right while its vote runs: a decision adds or strikes, the desk takes a mark back.

The first digest of the roll stays as it was published. Each correction keeps the line as it was and
the digest of the roll since, so that both can be reckoned again. Nothing here touches a ballot.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.eligibility import Whose, Why
from consultations.models import (
    Channel,
    PaperBallot,
    Phase,
    Roll,
    RollAdmission,
    RollEntry,
)
from consultations.phases import Action
from consultations.services import intake
from consultations.services.homes import home_of, residence_of, rule_of
from consultations.services.paper import paper_of
from consultations.services.rolls import digest_of, preference_of, zone_of
from consultations.services.voting import require_open
from residents.models import Resident
from zones.days import civil_day

Kind = RollAdmission.Kind
LONGEST_DECISION, LONGEST_REASON = 120, 600


@dataclass(frozen=True, slots=True)
class Decision:
    """What a commission decided.

    Attributes:
        number: its number and day, as people look it up.
        reason: published, so without names.
    """

    number: str
    reason: str


@transaction.atomic
def admit(
    *, phase: Phase, resident: Resident, decision: Decision, actor: User, now: dt.datetime
) -> RollAdmission:
    """Let somebody vote whom the roll left out, with the zones of the home known best.

    Raises:
        ValidationError: `vote_closed`, `counts_already`, `required`, `too_long`, `elsewhere`.
    """
    roll = _entered(phase, resident, decision, now)
    entry = RollEntry.objects.select_for_update().filter(roll=roll, resident=resident).first()
    if entry is not None and entry.why == Why.COUNTED:
        raise ValidationError(_("This person may vote already."), code="counts_already")
    before = line_of(entry) if entry else {}
    line = entry or RollEntry(roll=roll, resident=resident)
    _settle_in(line, phase, now)
    line.save()
    return _record(
        RollAdmission(
            roll=roll,
            line=line.pk,
            kind=Kind.ADDED,
            decision=decision.number.strip(),
            reason=decision.reason.strip(),
            before=before,
            recorded_by=actor,
            recorded_at=now,
        )
    )


@transaction.atomic
def strike(
    *, phase: Phase, resident: Resident, decision: Decision, actor: User, now: dt.datetime
) -> RollAdmission:
    """Take somebody's vote away who should not have stood on the roll, before it is cast.

    Raises:
        ValidationError: `vote_closed`, `not_on_roll`, `voted_already`, `required`, `too_long`,
            `elsewhere`.
    """
    roll = _entered(phase, resident, decision, now)
    entry = RollEntry.objects.select_for_update().filter(roll=roll, resident=resident).first()
    if entry is None or entry.why != Why.COUNTED:
        raise ValidationError(_("This person is not on the roll of this vote."), code="not_on_roll")
    if entry.channel:
        raise ValidationError(
            _(
                "This person has voted, or was handed a ballot. The ballot carries no name and "
                "cannot be taken out of the box."
            ),
            code="voted_already",
        )
    before = line_of(entry)
    entry.why = Why.STRUCK
    entry.save(update_fields=["why"])
    return _record(
        RollAdmission(
            roll=roll,
            line=entry.pk,
            kind=Kind.STRUCK,
            decision=decision.number.strip(),
            reason=decision.reason.strip(),
            before=before,
            recorded_by=actor,
            recorded_at=now,
        )
    )


@transaction.atomic
def take_mark_back(
    *, phase: Phase, resident: Resident, token: str, reason: str, actor: User, now: dt.datetime
) -> RollAdmission:
    """Undo a mark for a vote on paper; the ballot taken back, or one of the pile, becomes void.

    One paper less goes round with each mark less, so never more can come in than were handed out.

    Raises:
        ValidationError: `vote_closed`, `not_marked`, `entered_already` where a ballot for each mark
            is in the box, `required`, `too_long`, or those of `paper.paper_of`.
    """
    roll = _entered(phase, resident, Decision("-", reason), now)
    entry = RollEntry.objects.select_for_update().filter(roll=roll, resident=resident).first()
    if entry is None or entry.channel != Channel.PAPER:
        raise ValidationError(
            _("This person carries no mark for a ballot on paper."), code="not_marked"
        )
    handed = RollEntry.objects.filter(roll=roll, channel=Channel.PAPER).count()
    entered = PaperBallot.objects.filter(phase=phase, state=PaperBallot.State.COUNTED).count()
    if entered >= handed:
        raise ValidationError(
            _("As many ballots are in the box as were handed out: this one may be among them."),
            code="entered_already",
        )
    paper = paper_of(phase, token)
    paper.state = PaperBallot.State.VOID
    paper.save(update_fields=["state"])
    before = line_of(entry)
    entry.channel = ""
    entry.save(update_fields=["channel"])
    return _record(
        RollAdmission(
            roll=roll,
            line=entry.pk,
            kind=Kind.UNMARKED,
            decision="",
            reason=reason.strip(),
            before=before,
            recorded_by=actor,
            recorded_at=now,
        )
    )


def line_of(entry: RollEntry) -> dict[str, Any]:
    """A line as the digest reads it; whose it is and whether the vote was cast stand elsewhere."""
    return {
        "why": entry.why,
        "zone": entry.zone_id,
        "zone_ids": list(entry.zone_ids),
        "others": entry.others,
        "assurance": entry.assurance,
    }


def _entered(phase: Phase, resident: Resident, decision: Decision, now: dt.datetime) -> Roll:
    """The roll, locked, while the vote runs; the words of the decision are looked at first."""
    for words, longest in ((decision.number, LONGEST_DECISION), (decision.reason, LONGEST_REASON)):
        if not words.strip():
            raise ValidationError(_("Write the number of the decision and the reason."), "required")
        if len(words) > longest or "\x00" in words:
            told = _("Shorten this to at most %(most)d characters.") % {"most": longest}
            raise ValidationError(told, code="too_long")
    if resident.municipality_id != phase.process.municipality_id:
        raise ValidationError(_("This person is not registered in this town."), code="elsewhere")
    intake.enter(phase.pk)
    require_open(phase, now)
    return Roll.objects.select_for_update().get(phase=phase)


def _settle_in(line: RollEntry, phase: Phase, now: dt.datetime) -> None:
    """Let a line count; the home of the reference day goes before the one of today."""
    process = phase.process
    today = civil_day(now, process.municipality.timezone)
    on = process.reference_on or today
    user, rule = line.resident.user, rule_of(process, Action.VOTE)
    lived = residence_of(user, process, on) or residence_of(user, process, today)
    home = home_of(lived, process, on)
    zones = home.zones if home else frozenset()
    own = sorted(zones & rule.zones or zones)
    line.why = Why.COUNTED
    line.zone_id, line.zone_ids = zone_of(own, preference_of(process)), own
    line.others = rule.others if rule.whose is Whose.HOME_PLUS else 0
    line.assurance = home.assurance if home else None


def _record(made: RollAdmission) -> RollAdmission:
    """Write it down with the digest of the roll as it is now; time grows with its lines."""
    lines = RollEntry.objects.filter(roll=made.roll).iterator(chunk_size=2000)
    made.digest = digest_of(lines, bytes(made.roll.salt))
    made.save()
    return made
