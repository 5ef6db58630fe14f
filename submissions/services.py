"""Taking in what outsiders hand in, deciding about it, and erasing it."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from submissions.masking import Masked, mask
from submissions.models import Moderation, Submission
from submissions.pictures import (
    PHOTO,
    CleanPicture,
    PictureRefusedError,
    PictureRules,
    clean_picture,
)
from submissions.pictures.covering import MOST_BOXES, Box, covered

State = Submission.State

LONGEST_TEXT = 4000
# What may be decided about what stands where.
DECISIONS: Mapping[str, frozenset[str]] = {
    State.WAITING: frozenset({State.RELEASED, State.REFUSED}),
    State.RELEASED: frozenset({State.REFUSED}),
}
_ENDINGS = {"image/jpeg": "jpg", "image/webp": "webp", "image/png": "png"}
BUSY = "busy"
"""Code of a refusal that says nothing about the picture: it may be sent again as it is."""
_MILLION = 1_000_000


def take_text(
    *, text: str, origin: str, received_on: dt.date, state: State = State.WAITING
) -> Submission:
    """Keep a free text with the personal details in it covered.

    Raises:
        ValidationError: `too_long`, or `empty` when nothing that can be read is left.
    """
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            _("The text is longer than %(most)s characters. Say it shorter, please.")
            % {"most": LONGEST_TEXT},
            code="too_long",
        )
    masked = mask(text)
    if not masked.text:
        raise ValidationError(_("There is no text. Write a few words, please."), code="empty")
    submission = covered_text(masked, origin=origin, received_on=received_on, state=state)
    submission.save(force_insert=True)
    return submission


def covered_text(
    masked: Masked, *, origin: str, received_on: dt.date, state: State = State.WAITING
) -> Submission:
    """A submission, not yet stored, of a text that was covered when it came in."""
    return Submission(
        kind=Submission.Kind.TEXT,
        origin=origin,
        state=state,
        received_on=received_on,
        text=masked.text,
        masked=masked.count,
    )


def take_picture(
    *, raw: bytes, origin: str, received_on: dt.date, state: State = State.WAITING
) -> Submission:
    """Keep a picture drawn anew under a random name; the uploaded file itself is never kept.

    Raises:
        ValidationError: `too_large` or `not_a_picture`.
    """
    return _kept(take_clean(raw, PHOTO), origin=origin, received_on=received_on, state=state)


@transaction.atomic
def cover_picture(*, submission: Submission, boxes: Sequence[Box]) -> Submission:
    """Keep a picture with parts of it covered for good, and erase the one that shows them.

    Gives the new submission, which stands where the old one stood; the caller points to it.

    Raises:
        ValidationError: `already_decided` when it is no picture that waits, `box` for parts that
            do not lie in it.
    """
    current = Submission.objects.select_for_update().get(pk=submission.pk)
    if not current.file or current.state != State.WAITING:
        raise ValidationError(
            _("Somebody has decided so already. Load the page again to see what is left."),
            code="already_decided",
        )
    if not 0 < len(boxes) <= MOST_BOXES or not all(box.is_inside for box in boxes):
        raise ValidationError(
            _("Mark between 1 and %(most)s parts, each inside the picture.") % {"most": MOST_BOXES},
            code="box",
        )
    with current.file.open("rb") as file:
        picture = covered(file.read(), boxes)
    new = _kept(
        picture, origin=current.origin, received_on=current.received_on, state=State.WAITING
    )
    erase(current)
    return new


def _kept(picture: CleanPicture, *, origin: str, received_on: dt.date, state: State) -> Submission:
    submission = Submission(
        kind=Submission.Kind.PICTURE,
        origin=origin,
        state=state,
        received_on=received_on,
        content_type=picture.content_type,
        sha256=hashlib.sha256(picture.content).hexdigest(),
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
    )
    name = f"{secrets.token_hex(16)}.{_ENDINGS[picture.content_type]}"
    # Should the transaction fail later, the file belongs to no row and the sweep takes it away.
    submission.file.save(name, ContentFile(picture.content), save=False)
    submission.save(force_insert=True)
    return submission


def take_clean(raw: bytes, rules: PictureRules) -> CleanPicture:
    """An uploaded picture drawn anew, or a refusal in a sentence.

    Raises:
        ValidationError: `too_large`, `not_a_picture`, or `busy` for one that may be tried again.
    """
    try:
        return clean_picture(raw, rules)
    except PictureRefusedError as refused:
        sentences = {
            "too_large": _(
                "The picture is too large: at most %(megabytes)s MB and %(megapixels)s million "
                "pixels. Save it smaller and try again."
            ),
            "not_a_picture": _("This is not a picture we can read. Give a PNG, JPEG or WebP file."),
            BUSY: _("Many pictures are being read just now. Send yours again in a minute."),
        }
        sizes = {
            "megabytes": rules.largest_bytes // _MILLION,
            "megapixels": rules.most_pixels // _MILLION,
        }
        raise ValidationError(sentences[refused.code] % sizes, code=refused.code) from refused


@transaction.atomic
def put_forward(ids: Iterable[UUID]) -> int:
    """Show held submissions to the moderators, in the order given; says how many were held."""
    return sum(Submission.objects.held().filter(pk=one).update(state=State.WAITING) for one in ids)


@transaction.atomic
def moderate(
    *,
    submission: Submission,
    state: State,
    actor: User | None,
    now: dt.datetime,
    reason: str = "",
) -> Moderation:
    """Release or refuse a submission; each decision stays on record.

    Raises:
        ValidationError: `already_decided` when it stands so already, `cannot_follow` when that may
            not be decided about it now, `reason_missing` for a refusal without one.
    """
    current = Submission.objects.select_for_update().get(pk=submission.pk)
    if current.state == state:
        raise ValidationError(
            _("Somebody has decided so already. Load the page again to see what is left."),
            code="already_decided",
        )
    if state not in DECISIONS.get(current.state, frozenset()):
        raise ValidationError(
            _("This cannot be decided about it any more. Load the page again to see where it is."),
            code="cannot_follow",
        )
    if state == State.REFUSED and not reason.strip():
        raise ValidationError(
            _("Say in a few words why it is refused; the reason stays on record."),
            code="reason_missing",
        )
    decision = Moderation(
        submission=current, state=state, decided_by=actor, decided_at=now, reason=reason.strip()
    )
    decision.clean_fields()
    decision.save(force_insert=True)
    current.state = state
    current.save(update_fields=["state"])
    submission.state = state
    return decision


@transaction.atomic
def erase(submission: Submission) -> Submission:
    """Delete the text or the file for good; the row keeps saying that something was decided."""
    current = Submission.objects.select_for_update().get(pk=submission.pk)
    if current.file:
        storage, name = current.file.storage, str(current.file.name)
        transaction.on_commit(lambda: storage.delete(name))
    current.text, current.file, current.sha256, current.content_type = "", "", "", ""
    current.size = current.width = current.height = None
    current.save()
    return current
