"""Proofs that a legal notice was given: what stood where since when, and the digest of it."""

import datetime as dt
import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import LegalNotice, PublicationProof
from consultations.notice_words import CHANNEL_NAMES, STATEMENT
from consultations.services.law_texts import notice_text, statement_text
from zones.days import civil_day

LONGEST_WHERE = 400


@transaction.atomic
def record_proof(  # noqa: PLR0913 - the sides of one proof
    *,
    notice: LegalNotice,
    channel: str,
    published_on: dt.date,
    where: str,
    link: str,
    actor: User,
    now: dt.datetime,
) -> PublicationProof:
    """Keep that the notice stood on a channel, with its words as they are now and their digest.

    Nothing of it can be changed or taken back; a mistake is followed by a right proof.

    Args:
        where: the address of a page, the board, the newspaper and its number.
        link: the full address of the public page, which stands in the notice.

    Raises:
        ValidationError: `unknown_channel`, `future`, `required`, `too_long`, `no_announcement`.
    """
    town = notice.process.municipality
    where = where.replace("\x00", "").strip()
    if channel not in CHANNEL_NAMES:
        raise _refused("channel", _("Choose one of the channels."), "unknown_channel")
    if published_on > civil_day(now, town.timezone):
        raise _refused("published_on", _("This day has not come yet."), "future")
    if not where:
        raise _refused("where", _("Say where it stood."), "required")
    if len(where) > LONGEST_WHERE:
        raise _refused("where", _("Say it shorter, please."), "too_long")
    if notice.announced_on is None:
        raise ValidationError(_("Enter the day of the announcement first."), code="no_announcement")
    language = town.languages[0]
    if channel == STATEMENT:
        text = statement_text(notice.process, language)
    else:
        text = notice_text(notice, language, link).plain
    return PublicationProof.objects.create(
        notice=notice,
        channel=channel,
        published_on=published_on,
        where=where,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        recorded_by=actor,
        recorded_at=now,
    )


def _refused(name: str, sentence: str, code: str) -> ValidationError:
    return ValidationError({name: ValidationError(sentence, code=code)})
