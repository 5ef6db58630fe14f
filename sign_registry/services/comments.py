"""Showing comments to the moderators in batches, and deciding about several at once."""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Membership
from sign_registry.models import Comment, CommentInbox
from submissions.models import Submission
from submissions.services import moderate, put_forward
from zones.days import civil_day
from zones.models import Municipality

#: One comment shown alone on a morning would tell the day on which it was written.
SMALLEST_BATCH = 5
State = Submission.State


@dataclass(frozen=True)
class Decided:
    """How many comments a decision changed, and how many somebody else had decided before."""

    changed: int
    left: int


@transaction.atomic
def release_batch(*, now: dt.datetime) -> int:
    """Show held comments to the moderators in random order; says how many.

    The comments of a town wait until there are SMALLEST_BATCH of them or their month is over. That
    a sign hangs in the wrong place is no opinion and is shown at once.
    """
    ready: list[UUID] = []
    opinions: dict[int, list[UUID]] = defaultdict(list)
    months = _months(now)
    held = Comment.objects.in_state(State.HELD).values_list(
        "submission", "about", "month", "site__municipality"
    )
    for submission, about, month, town in held:
        if about == CommentInbox.About.SIGN or month < months[town]:
            ready.append(submission)
        else:
            opinions[town].append(submission)
    for batch in opinions.values():
        if len(batch) >= SMALLEST_BATCH:
            ready += batch
    # The order of the changes is the order of the rows on the disk.
    secrets.SystemRandom().shuffle(ready)
    return put_forward(ready)


def _months(now: dt.datetime) -> dict[int, dt.date]:
    """First day of the current month of each town."""
    towns = Municipality.objects.values_list("pk", "timezone")
    return {town: civil_day(now, timezone).replace(day=1) for town, timezone in towns}


@transaction.atomic
def decide(
    *,
    comments: Iterable[Comment],
    state: State,
    actor: Membership,
    now: dt.datetime,
    reason: str = "",
) -> Decided:
    """Release or refuse comments; those somebody else decided meanwhile stay as they are.

    Raises:
        ValidationError: `reason_missing` for a refusal without one, `not_an_opinion` for showing
            the public a remark about a sign; nothing is changed then.
    """
    chosen = list(comments)
    if state == State.REFUSED and not reason.strip():
        raise ValidationError(
            _("Write a few words for the record: why it is not shown, or what was done."),
            code="reason_missing",
        )
    if state == State.RELEASED and any(row.about == CommentInbox.About.SIGN for row in chosen):
        raise ValidationError(
            _("What somebody wrote about a sign is for the town only. Say what was done instead."),
            code="not_an_opinion",
        )
    changed = 0
    for comment in chosen:
        try:
            moderate(
                submission=comment.submission,
                state=state,
                actor=actor.user,
                now=now,
                reason=reason,
            )
        except ValidationError as refused:
            if refused.code not in {"already_decided", "cannot_follow"}:
                raise
        else:
            changed += 1
    return Decided(changed, len(chosen) - changed)
