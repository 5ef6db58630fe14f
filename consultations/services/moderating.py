"""Moderators let words of residents out or keep them back; the author is told."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Contribution, ResponseValue
from consultations.services.telling import (
    tell_refused,
    tell_released,
    tell_words_refused,
    tell_words_released,
)
from submissions.models import Submission
from submissions.services import moderate

State = Submission.State
DECISIONS = (State.RELEASED, State.REFUSED)


@transaction.atomic
def decide(
    *, contribution: Contribution, state: str, actor: User, now: dt.datetime, reason: str = ""
) -> Contribution:
    """Release what was said, or refuse it with a reason.

    Raises:
        ValidationError: `unknown`, and what `moderate` refuses.
    """
    if state not in DECISIONS:
        raise ValidationError(_("Choose to release or to refuse."), code="unknown")
    moderate(
        submission=contribution.submission,
        state=State(state),
        actor=actor,
        now=now,
        reason=reason,
    )
    if state == State.RELEASED:
        tell_released(contribution, now)
    else:
        tell_refused(contribution, reason.strip(), now)
    return contribution


@transaction.atomic
def decide_words(
    *, value: ResponseValue, state: str, actor: User, now: dt.datetime, reason: str = ""
) -> ResponseValue:
    """Release or refuse what somebody wrote in a survey; the writer is told, never named.

    Raises:
        ValidationError: `unknown`, and what `moderate` refuses.
    """
    if state not in DECISIONS or value.submission is None:
        raise ValidationError(_("Choose to release or to refuse."), code="unknown")
    moderate(submission=value.submission, state=State(state), actor=actor, now=now, reason=reason)
    if state == State.RELEASED:
        tell_words_released(value, now)
    else:
        tell_words_refused(value, reason.strip(), now)
    return value
