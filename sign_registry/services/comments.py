"""Showing comments to the moderators in batches, and deciding about several at once."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Membership
from sign_registry.models import Comment, CommentInbox
from submissions.models import Submission
from submissions.services import moderate, put_forward

State = Submission.State


@dataclass(frozen=True)
class Decided:
    """How many comments a decision changed, and how many somebody else had decided before."""

    changed: int
    left: int


class ReleasedMonths(NamedTuple):
    """The last month whose votes about a place were released: shown with it, and in any way."""

    alone: dt.date
    together: dt.date


@transaction.atomic
def release_batch(*, released: Mapping[int, ReleasedMonths]) -> int:
    """Show held comments to the moderators in random order; says how many.

    An opinion waits until the votes of its month were released; where they were released only
    together with those of other places, it no longer names its place. That a sign hangs in the
    wrong place is no opinion and is shown at once. `released` is by the key of the place.
    """
    ready: list[UUID] = []
    unnamed: list[UUID] = []
    held = Comment.objects.in_state(State.HELD).values_list(
        "pk", "submission", "about", "month", "site"
    )
    for comment, submission, about, month, site in held:
        months = released.get(site)
        if about == CommentInbox.About.SIGN or (months and month <= months.alone):
            ready.append(submission)
        elif months and month <= months.together:
            ready.append(submission)
            unnamed.append(comment)
    # The order of the changes is the order of the rows on the disk.
    secrets.SystemRandom().shuffle(ready)
    secrets.SystemRandom().shuffle(unnamed)
    for comment in unnamed:
        Comment.objects.filter(pk=comment).update(is_unnamed=True)
    return put_forward(ready)


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
