"""The town writes to everybody who took part: one text, once, a slice of people at a time.

Killed at any point a slice has happened whole or not at all; the key of each message and the cursor
of the letter keep anybody from being written to twice.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import ParticipantLetter, Process
from consultations.participants import Participant, count_participants, participants
from consultations.services.telling import process_path
from consultations.survey_figures import K
from consultations.words import LONGEST_TEXT
from notifications.models import Notice
from notifications.paths import StopLink, absolute, stop_path
from outbox.services import NewMessage, enqueue_many
from zones.names import LONGEST_NAME, in_language

KIND = "participants"
SLICE = 1_000
STEP = 5


def in_steps(number: int) -> int:
    """A number of people as it is shown: whole fives, and 0 for fewer than ten."""
    return number - number % STEP if number >= K else 0


def reached(process: Process) -> int:
    """About how many would be written to now, rounded; 0 says fewer than ten."""
    return in_steps(count_participants(process=process))


@transaction.atomic
def write_to_participants(
    *,
    process: Process,
    titles: Mapping[str, str],
    texts: Mapping[str, str],
    actor: User,
    now: dt.datetime,
) -> ParticipantLetter:
    """Hand a letter over to the worker.

    Raises:
        ValidationError: `draft` before the publication, `required`, `too_long`, `twice` for a text
            that was written before.
    """
    if process.state != Process.State.PUBLISHED:
        raise ValidationError(_("Nobody can have taken part before the publication."), code="draft")
    kept = _checked(process, "titles", titles, LONGEST_NAME)
    said = _checked(process, "texts", texts, LONGEST_TEXT)
    together = json.dumps([kept, said], sort_keys=True, ensure_ascii=False)
    try:
        with transaction.atomic():
            return ParticipantLetter.objects.create(
                process=process,
                titles=kept,
                texts=said,
                digest=hashlib.sha256(together.encode()).hexdigest(),
                written_by=actor,
                written_at=now,
            )
    except IntegrityError as again:
        raise ValidationError(
            _("This text was sent already. Everybody gets a text once."), code="twice"
        ) from again


def send_letters(*, now: dt.datetime) -> bool:
    """Write the next slice of every letter under way; tell if there was any."""
    due = ParticipantLetter.objects.filter(finished_at=None).order_by("pk")
    worked = [_send_slice(pk, now) for pk in due.values_list("pk", flat=True)]
    return any(worked)


def letter_of(
    process: Process, titles: Mapping[str, str], texts: Mapping[str, str], language: str
) -> tuple[str, str]:
    """Subject and body as they arrive, with the line that says why; for the preview as well."""
    town = process.municipality
    # Text and reason in one language: the reader's where it was written, else the town's first.
    spoken = language if language in texts else town.languages[0]
    with translation.override(spoken):
        parts = [
            in_language(texts, town.languages),
            absolute(town.sign_origin, process_path(process)),
            _("You get this letter because you took part in the consultation “%(title)s”.")
            % {"title": process.name},
        ]
        subject = f"{town.name}: {in_language(titles, town.languages)}"
    return " ".join(subject.split()), "\n\n".join(parts) + "\n"


@transaction.atomic
def _send_slice(pk: int, now: dt.datetime) -> bool:
    rows = ParticipantLetter.objects.select_for_update(skip_locked=True, of=("self",))
    rows = rows.filter(finished_at=None).select_related("process__municipality")
    letter = rows.filter(pk=pk).first()
    if letter is None:
        return False
    told = participants(process=letter.process, after=letter.cursor, limit=SLICE)
    if told:
        enqueue_many([_message(letter, one, now) for one in told])
        letter.cursor, letter.told = told[-1].user_pk, letter.told + len(told)
    else:
        # From here on only about how many is known, and nobody stands out as the last.
        letter.cursor, letter.told, letter.finished_at = 0, in_steps(letter.told), now
    letter.save(update_fields=["cursor", "told", "finished_at"])
    return True


def _message(letter: ParticipantLetter, one: Participant, now: dt.datetime) -> NewMessage:
    town = letter.process.municipality
    subject, body = letter_of(letter.process, letter.titles, letter.texts, one.language)
    stop = StopLink(town.pk, one.user_pk, Notice.Way.EMAIL)
    return NewMessage(
        recipient=one.email,
        subject=subject,
        body=body,
        kind=KIND,
        now=now,
        key=f"participants-{letter.pk}-{one.user_pk}",
        queue=town.slug,
        batch=f"participants-{letter.pk}",
        language=one.language if one.language in letter.texts else town.languages[0],
        sender=town.mail_sender,
        unsubscribe_url=absolute(town.sign_origin, stop_path(town.slug, stop)),
    )


def _checked(
    process: Process, field: str, texts: Mapping[str, str], longest: int
) -> dict[str, str]:
    kept = {code: text.replace("\x00", "").strip() for code, text in texts.items()}
    kept = {
        code: text for code, text in kept.items() if text and code in process.municipality.languages
    }
    first = process.municipality.languages[0]
    if first not in kept:
        wrong = ValidationError(_("Write it in the first language of the town."), code="required")
        raise ValidationError({f"{field}_{first}": wrong})
    for code, text in kept.items():
        if len(text) > longest:
            wrong = ValidationError(
                _("Write at most %(longest)d characters.") % {"longest": longest}, code="too_long"
            )
            raise ValidationError({f"{field}_{code}": wrong})
    return kept
