"""Votes on paper: printed with tokens, handed out against a mark on the roll, entered by token.

Who is given a paper is on the roll; which paper it was is known to nobody. Only a digest of a token
is kept, so that whoever reads the database cannot make papers.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.eligibility import Why
from consultations.models import Channel, PaperBallot, Phase, Roll, RollEntry
from consultations.services import intake
from consultations.services.voting import check_choices, drop, mark, require_open
from residents.models import Resident

#: Without letters and digits that look alike; 16 of them are 80 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
MOST_AT_ONCE = 200
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def digest_of_token(token: str) -> bytes:
    """What is kept of a token, however it was typed."""
    plain = token.strip().upper().translate(_READ_AS)
    return hashlib.sha256(plain.encode()).digest()


@transaction.atomic
def print_papers(*, phase: Phase, number: int, on: dt.date) -> list[str]:
    """Make tokens for so many papers; they stand on the papers and nowhere else.

    Raises:
        ValidationError: `papers_number`, `vote_closed`.
    """
    if not 1 <= number <= MOST_AT_ONCE:
        raise ValidationError(
            _("Print between 1 and %(most)s ballots at once.") % {"most": MOST_AT_ONCE},
            code="papers_number",
        )
    _require_box(phase)
    tokens = ["".join(secrets.choice(ALPHABET) for _n in range(LENGTH)) for _one in range(number)]
    PaperBallot.objects.bulk_create(
        PaperBallot(phase=phase, digest=digest_of_token(token), printed_on=on)
        # Not in the order of the pile.
        for token in secrets.SystemRandom().sample(tokens, number)
    )
    return tokens


@transaction.atomic
def hand_out(*, phase: Phase, resident: Resident, now: dt.datetime) -> None:
    """Mark a resident as voting on paper; any paper of the pile may then be handed over.

    Raises:
        ValidationError: `vote_closed`, `not_on_roll`, `voted_already`.
    """
    intake.enter(phase.pk)
    require_open(phase, now)
    entry = RollEntry.objects.filter(roll__phase=phase, resident=resident).first()
    if entry is None or entry.why != Why.COUNTED:
        raise ValidationError(_("This person is not on the roll of this vote."), code="not_on_roll")
    mark(entry, Channel.PAPER)


@transaction.atomic
def enter_paper(*, phase: Phase, token: str, choices: Mapping[str, int]) -> None:
    """Put what a paper says into the box, once; also after the end, until the vote is closed.

    Its zone is told by nobody: the paper does not know whose it is.

    Raises:
        ValidationError: `token_unknown`, `token_used`, `token_void`, `too_many_papers` where more
            papers come in than were handed out, `vote_closed`, or those of `check_choices`.
    """
    intake.enter(phase.pk)
    roll = _require_box(phase)
    paper = paper_of(phase, token)
    entered = PaperBallot.objects.filter(phase=phase, state=PaperBallot.State.COUNTED).count()
    handed = RollEntry.objects.filter(roll=roll, channel=Channel.PAPER).count()
    if entered >= handed:
        raise ValidationError(
            _("More papers would be counted than were handed out. Tell whoever runs the vote."),
            code="too_many_papers",
        )
    check_choices(phase, choices, None)
    paper.state = PaperBallot.State.COUNTED
    paper.save(update_fields=["state"])
    drop(phase, zone=None, choices=choices, channel=Channel.PAPER)


@transaction.atomic
def void_paper(*, phase: Phase, token: str) -> None:
    """Make a spoilt or unused paper worthless.

    Raises:
        ValidationError: `token_unknown`, `token_used`, `token_void`, `vote_closed`.
    """
    intake.enter(phase.pk)
    _require_box(phase)
    paper = paper_of(phase, token)
    paper.state = PaperBallot.State.VOID
    paper.save(update_fields=["state"])


def paper_of(phase: Phase, token: str) -> PaperBallot:
    """The paper of a token, locked, if it can still be entered.

    Raises:
        ValidationError: `token_unknown`, `token_used`, `token_void`.
    """
    papers = PaperBallot.objects.select_for_update()
    paper = papers.filter(phase=phase, digest=digest_of_token(token)).first()
    if paper is None:
        raise ValidationError(
            _("No ballot of this vote has this code. Look whether it is typed right."),
            code="token_unknown",
        )
    if paper.state == PaperBallot.State.COUNTED:
        raise ValidationError(_("This ballot was entered already."), code="token_used")
    if paper.state == PaperBallot.State.VOID:
        raise ValidationError(_("This ballot was declared void."), code="token_void")
    return paper


def _require_box(phase: Phase) -> Roll:
    """The roll of a vote that was not closed, locked: papers come one after the other."""
    roll = Roll.objects.select_for_update().filter(phase=phase, closed_at__isnull=True).first()
    if roll is None:
        raise ValidationError(_("This vote is not open now."), code="vote_closed")
    return roll
