"""Lets a report become public, or takes it back; words and pictures are decided one by one."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.access import Right
from incidents.covering import is_covered_form
from incidents.models import Attachment, Category, Incident, IncidentEvent
from incidents.services.recording import SYSTEM, Actor, record
from incidents.services.standing import require
from incidents.workflow import Kind, Status
from submissions.masking import mask
from submissions.models import Submission
from submissions.pictures.covering import Box
from submissions.services import cover_picture, erase, moderate

State = Submission.State
PICTURES = (Attachment.Role.PHOTO, Attachment.Role.PROOF)
#: What is said of a picture that was looked at and left out.
LEFT_OUT = "left out when the report was released"


@transaction.atomic
def release(
    *,
    incident: Incident,
    words: str | None,
    pictures: Iterable[int],
    actor: Actor,
    now: dt.datetime,
) -> IncidentEvent:
    """Let everybody see a report: its place, and the words and pictures that were chosen.

    Args:
        words: the words with more of them covered, if need be; None leaves them out.
        pictures: ids of the pictures to show. The others are left out for good.

    Raises:
        PermissionDenied: no role of the actor covers the report.
        ValidationError: `never_public`, `not_covered`, `cannot_follow`.
    """
    require(actor, incident, Right.RELEASE, now)
    _refuse_never(incident)
    shown = set(pictures)
    parts = list(_parts(incident))
    text = next((one for one in parts if one.role == Attachment.Role.DESCRIPTION), None)
    if text is not None and words is not None:
        _cover_words(text.submission, words)
    kept = shown | ({text.pk} if text is not None and words is not None else set())
    for part in parts:
        _decide(part.submission, is_shown=part.pk in kept, actor=actor.user, now=now)
    return record(
        incident=incident,
        kind=Kind.RELEASED,
        data={
            "by": "person",
            "words": bool(text is not None and words is not None),
            "pictures": sorted(one.submission.sha256 for one in parts if one.pk in shown),
        },
        actor=actor,
        now=now,
    )


@transaction.atomic
def release_by_rule(*, incident: Incident, now: dt.datetime) -> IncidentEvent | None:
    """Release what its category lets out at once; None where a person must look first.

    Only words whose personal details were covered by rule go out, and pictures only where the
    category says so.
    """
    category = incident.category
    if (
        category is None
        or incident.is_released
        or category.release == Category.Release.PERSON
        or category.visibility == Category.Visibility.NEVER
        or incident.status in (Status.NEW, Status.REFUSED)
        or incident.events.filter(kind=Kind.HIDDEN).exists()
    ):
        return None
    has_pictures = category.release == Category.Release.PICTURES
    parts = list(_parts(incident))
    for part in parts:
        if part.role == Attachment.Role.DESCRIPTION or has_pictures:
            _decide(part.submission, is_shown=True, actor=None, now=now)
    return record(
        incident=incident,
        kind=Kind.RELEASED,
        data={
            "by": "rule",
            "words": any(one.role == Attachment.Role.DESCRIPTION for one in parts),
            "pictures": sorted(
                one.submission.sha256 for one in parts if has_pictures and one.role in PICTURES
            ),
        },
        actor=SYSTEM,
        now=now,
    )


@transaction.atomic
def hide(*, incident: Incident, why: str, actor: Actor, now: dt.datetime) -> IncidentEvent:
    """Keep a report from the public, with the reason; it can be released later.

    Raises:
        PermissionDenied, ValidationError: `no_reason`.
    """
    require(actor, incident, Right.RELEASE, now)
    why = why.strip()
    if not why:
        raise ValidationError(_("Write the reason."), code="no_reason")
    return record(
        incident=incident, kind=Kind.HIDDEN, data={}, actor=actor, now=now, secrets={"why": why}
    )


@transaction.atomic
def cover(
    *, attachment: Attachment, boxes: Sequence[Box], actor: Actor, now: dt.datetime
) -> Attachment:
    """Cover faces, plates and names in a picture for good; the uncovered one is erased.

    Raises:
        PermissionDenied: no role of the actor covers the report.
        ValidationError: what `cover_picture` refuses.
    """
    incident = attachment.incident
    require(actor, incident, Right.RELEASE, now)
    locked = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    before = locked.submission
    sha256 = before.sha256
    locked.submission = cover_picture(submission=before, boxes=boxes)
    locked.save(update_fields=["submission"])
    record(
        incident=incident,
        kind=Kind.ATTACHED,
        data={"picture": locked.submission.sha256, "instead_of": sha256, "covered": len(boxes)},
        actor=actor,
        now=now,
    )
    return locked


@transaction.atomic
def drop_picture(*, attachment: Attachment, actor: Actor, now: dt.datetime) -> None:
    """Refuse a picture and erase its file: what no public servant needs is not kept.

    Raises:
        PermissionDenied: no role of the actor covers the report.
        ValidationError: `already_decided`.
    """
    require(actor, attachment.incident, Right.RELEASE, now)
    moderate(
        submission=attachment.submission,
        state=State.REFUSED,
        actor=actor.user,
        now=now,
        reason=LEFT_OUT,
    )
    erase(attachment.submission)


def _parts(incident: Incident) -> Iterable[Attachment]:
    """What may become public, in a lasting order; where only the place is shown, nothing."""
    if incident.category is None or incident.category.visibility != Category.Visibility.PUBLIC:
        return Attachment.objects.none()
    roles = (Attachment.Role.DESCRIPTION, *PICTURES)
    return incident.attachments.filter(role__in=roles).select_related("submission").order_by("pk")


def _decide(
    submission: Submission, *, is_shown: bool, actor: User | None, now: dt.datetime
) -> None:
    """Bring a piece to where it was decided to stand; what stands so already stays."""
    if is_shown and submission.state == State.WAITING:
        moderate(submission=submission, state=State.RELEASED, actor=actor, now=now)
    elif not is_shown and submission.state in (State.WAITING, State.RELEASED):
        moderate(submission=submission, state=State.REFUSED, actor=actor, now=now, reason=LEFT_OUT)


def _cover_words(submission: Submission, words: str) -> None:
    if submission.state not in (State.WAITING, State.RELEASED) or words.strip() == submission.text:
        return
    if not is_covered_form(submission.text, words):
        raise ValidationError(
            _("Words can be covered with […], not changed. Put back what was there."),
            code="not_covered",
        )
    masked = mask(words)
    submission.text = masked.text
    submission.masked += 1
    submission.save(update_fields=["text", "masked"])


def _refuse_never(incident: Incident) -> None:
    category = incident.category
    if category is None or category.visibility == Category.Visibility.NEVER:
        raise ValidationError(
            _("Reports of this category are never shown. Choose another category first."),
            code="never_public",
        )
