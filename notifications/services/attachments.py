"""Pictures and papers that go with a notice: taken in while it is a draft, checked by content."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Announcement, Attachment
from submissions.models import Submission
from submissions.services import erase, take_picture
from zones.days import civil_day

if TYPE_CHECKING:
    from accounts.models import User

ORIGIN = "notice"
MOST = 8
LARGEST_PDF = 10_000_000
_PDF_HEAD, _PDF_END = b"%PDF-", b"%%EOF"
_END_WITHIN = 2048
#: A paper to read neither runs anything nor carries other files.
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


@transaction.atomic
def attach(
    *,
    announcement: Announcement,
    raw: bytes,
    names: Mapping[str, str],
    actor: "User",
    now: dt.datetime,
) -> Attachment:
    """Add a picture, drawn anew, or a PDF as it is; what it is says its content, not its name.

    Raises:
        ValidationError: `not_draft`, `too_many`, `too_large`, `not_a_picture`, `active` for a PDF
            that runs something or holds other files.
    """
    _demand_draft(announcement)
    if announcement.attachments.count() >= MOST:
        raise ValidationError(
            _("A notice has at most %(most)d attachments. Remove one first.") % {"most": MOST},
            code="too_many",
        )
    attachment = Attachment(announcement=announcement, names=dict(names))
    if raw.startswith(_PDF_HEAD):
        _check_pdf(raw)
        attachment.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(raw), save=False)
    else:
        today = civil_day(now, announcement.municipality.timezone)
        # The picture of an office is no submission of an outsider: its writer has released it.
        attachment.picture = take_picture(
            raw=raw, origin=ORIGIN, received_on=today, state=Submission.State.RELEASED
        )
    attachment.save()
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment) -> None:
    """Remove an attachment of a draft, its file too.

    Raises:
        ValidationError: `not_draft`.
    """
    _demand_draft(attachment.announcement)
    picture = attachment.picture
    if attachment.file:
        storage, name = attachment.file.storage, str(attachment.file.name)
        transaction.on_commit(lambda: storage.delete(name))
    attachment.delete()
    if picture is not None:
        erase(picture)


def _demand_draft(announcement: Announcement) -> None:
    state = Announcement.objects.values_list("state", flat=True).get(pk=announcement.pk)
    if state != Announcement.State.DRAFT:
        raise ValidationError(
            _("Only a draft takes or loses attachments. Make it a draft again first."),
            code="not_draft",
        )


def _check_pdf(raw: bytes) -> None:
    if len(raw) > LARGEST_PDF:
        raise ValidationError(
            _("The PDF is larger than 10 MB. Save it smaller and try again."), code="too_large"
        )
    if _PDF_END not in raw[-_END_WITHIN:]:
        raise ValidationError(
            _("The PDF is cut off. Save it again and try once more."), code="not_a_pdf"
        )
    if any(word in raw for word in _ACTIVE):
        raise ValidationError(
            _("The PDF runs something or holds other files. Print it to a new PDF and give that."),
            code="active",
        )
