"""Letters that came in by mail: kept once, threaded, with a proposal; worked off by a person.

A reply is joined to its report without anybody only where it answers a letter of ours, which a
stranger cannot know the number of, and comes from the reporter's address. Everything else waits.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from geo.crs import STORAGE_SRID
from incidents.letter_clues import best_category, places_in
from incidents.letter_reading import Letter, new_words, references_in
from incidents.models import Attachment, Category, Incident, MailDraft, Remark, Reporter
from incidents.services.dialogue import LONGEST, reply
from incidents.services.recording import Actor, record
from incidents.services.reporting import NewReport, NewReporter, submit_report
from incidents.workflow import Kind
from outbox.models import OutboxMessage
from submissions.models import Submission
from submissions.services import BUSY, erase, take_picture
from zones.days import civil_day
from zones.geocoder import Answer, OutsideGeocoderError, Precision, geocode_text
from zones.models import Municipality

MOST_OF_SENDER, MOST_OF_TOWN = 10, 300
WINDOW = dt.timedelta(hours=1)
_SURE = {Precision.ADDRESS: 3, Precision.INTERPOLATED: 2, Precision.BLOCK: 2, Precision.STREET: 1}
LEAST_SCORE = 0.8


class Received(StrEnum):
    """What became of a letter when it came in."""

    WAITS = "waits"
    JOINED = "joined"
    KNOWN = "known"
    IGNORED = "ignored"


class TooManyLettersError(Exception):
    """So many in an hour that the other mail server shall try again later."""


@dataclass(frozen=True, slots=True)
class LetterReport:
    """What a letter becomes, as the person who works it off says."""

    category: Category | None
    geometry: GEOSGeometry | None
    words: str
    register_number: str = ""
    registered_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Thread:
    incident: Incident | None = None
    is_proven: bool = False
    follows: MailDraft | None = None


@dataclass(slots=True)
class _Pictures:
    taken: list[Submission] = field(default_factory=list)
    left_out: int = 0


@transaction.atomic
def receive_letter(
    *, municipality: Municipality, letter: Letter, own: Collection[str], now: dt.datetime
) -> Received:
    """Keep a letter, once; join a reply, or propose what it is about.

    Args:
        own: addresses of ours; what they wrote would come back for ever.

    Raises:
        TooManyLettersError: by one sender, or for the town, or pictures cannot be read just now.
    """
    ours = {address.lower() for address in own} | {parseaddr(municipality.mail_sender)[1].lower()}
    if letter.why_ignored or letter.sender in ours:
        return Received.IGNORED
    drafts = MailDraft.objects.in_municipality(municipality)
    if drafts.filter(message_id=letter.message_id).exists():
        return Received.KNOWN
    recent = drafts.filter(received_at__gt=now - WINDOW)
    if recent.filter(sender=letter.sender).count() >= MOST_OF_SENDER:
        raise TooManyLettersError
    if recent.count() >= MOST_OF_TOWN:
        raise TooManyLettersError
    thread = _thread(municipality, letter)
    draft, pictures = _keep(municipality, letter, thread, now)
    if thread.is_proven and thread.incident:
        _reply(thread.incident, draft, pictures.taken, now)
        _settle(draft, MailDraft.State.JOINED, thread.incident)
        return Received.JOINED
    return Received.WAITS


@transaction.atomic
def make_report(
    *, draft: MailDraft, report: LetterReport, actor: Actor, now: dt.datetime
) -> Incident:
    """Make a report of a letter; what the sender wrote after it goes along.

    Raises:
        ValidationError: `worked_off`, or what taking a report in refuses.
    """
    draft = _waiting(draft)
    incident = submit_report(
        municipality=draft.municipality,
        report=NewReport(
            category=report.category,
            geometry=report.geometry,
            words=report.words,
            source=Incident.Source.EMAIL,
            reporter=NewReporter(
                name=draft.sender_name,
                email=draft.sender,
                language=draft.municipality.languages[0],
            ),
            photos=_pictures_of(draft),
            register_number=report.register_number,
            registered_on=report.registered_on,
        ),
        actor=actor,
        now=now,
    )
    _settle(draft, MailDraft.State.MADE, incident)
    later = MailDraft.objects.waiting().filter(follows=draft, sender=draft.sender)
    for one in later.select_for_update(of=("self",)):
        _reply(incident, one, _pictures_of(one), now)
        _settle(one, MailDraft.State.JOINED, incident)
    return incident


@transaction.atomic
def join_letter(
    *, draft: MailDraft, incident: Incident, actor: Actor, now: dt.datetime
) -> MailDraft:
    """Add a letter to a report: as the reporter's answer, or as a note where another wrote it.

    Raises:
        ValidationError: `worked_off`, `elsewhere`.
    """
    draft = _waiting(draft)
    if incident.municipality_id != draft.municipality_id:
        raise ValidationError(_("Choose one of this town."), code="elsewhere")
    if _is_reporter(incident, draft.sender):
        _reply(incident, draft, _pictures_of(draft), now)
    else:
        _note(incident, draft, actor, now)
    return _settle(draft, MailDraft.State.JOINED, incident)


@transaction.atomic
def refuse_letter(*, draft: MailDraft) -> MailDraft:
    """Say that a letter is no report; its pictures are deleted.

    Raises:
        ValidationError: `worked_off`.
    """
    draft = _waiting(draft)
    for picture in _pictures_of(draft):
        erase(picture)
    draft.pictures = []
    return _settle(draft, MailDraft.State.REFUSED, None)


def _thread(municipality: Municipality, letter: Letter) -> _Thread:
    """Which report or letter it goes on from.

    Only the number of a letter of ours proves anything: numbers of the sender's own letters are
    known to everybody who got these, and whoever forges one letter chooses its number.
    """
    if incident := _answered(municipality, letter):
        return _Thread(incident, is_proven=True)
    earlier = (
        MailDraft.objects.in_municipality(municipality)
        .filter(message_id__in=letter.cites, sender=letter.sender)
        .select_related("incident", "follows")
        .order_by("-received_at")
        .first()
    )
    if earlier and earlier.incident:
        return _Thread(earlier.incident)
    if earlier and earlier.state == MailDraft.State.WAITING:
        return _Thread(follows=earlier.follows or earlier)
    named = references_in(letter.subject)
    return _Thread(
        Incident.objects.in_municipality(municipality).filter(reference__in=named).first()
    )


def _answered(municipality: Municipality, letter: Letter) -> Incident | None:
    """The sender's own report that a letter of ours was about, where this one answers that one."""
    numbers = [number for cited in letter.cites if (number := _uuid(cited.partition("@")[0]))]
    written = OutboxMessage.objects.filter(
        reference__in=numbers, recipient__iexact=letter.sender, queue=municipality.slug
    )
    named = [one for row in written for one in references_in(f"{row.subject}\n{row.body}")]
    own = Incident.objects.in_municipality(municipality).filter(
        reference__in=named, reporter__email__iexact=letter.sender
    )
    return own.order_by("-pk").first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _keep(
    municipality: Municipality, letter: Letter, thread: _Thread, now: dt.datetime
) -> tuple[MailDraft, _Pictures]:
    pictures = _take_pictures(municipality, letter, now)
    text = letter.text
    if pictures.left_out:
        with override(municipality.languages[0]):
            said = ngettext(
                "(%(number)d attachment was left out)",
                "(%(number)d attachments were left out)",
                pictures.left_out,
            )
        text = f"{text}\n\n{said % {'number': pictures.left_out}}".strip()
    where = None if thread.is_proven else propose_place(municipality, letter.text)
    category = None if thread.is_proven else propose_category(municipality, letter)
    draft = MailDraft.objects.create(
        municipality=municipality,
        incident=thread.incident,
        follows=thread.follows,
        message_id=letter.message_id,
        sender=letter.sender,
        sender_name=letter.sender_name,
        subject=letter.subject,
        text=text,
        received_at=now,
        pictures=[str(one.pk) for one in pictures.taken],
        proposed_category=category,
        proposed_place=Point(where.longitude, where.latitude, srid=STORAGE_SRID) if where else None,
        proposed_text=where.label[:240] if where else "",
    )
    return draft, pictures


def _take_pictures(municipality: Municipality, letter: Letter, now: dt.datetime) -> _Pictures:
    found = _Pictures(left_out=letter.left_out)
    day = civil_day(now, municipality.timezone)
    for raw in letter.pictures:
        try:
            found.taken.append(take_picture(raw=raw, origin="report", received_on=day))
        except ValidationError as refused:
            if refused.code == BUSY:
                raise TooManyLettersError from refused
            found.left_out += 1
    return found


def propose_category(municipality: Municipality, letter: Letter) -> Category | None:
    """The kind of fault a letter seems to be about."""
    offered = {one.pk: one for one in Category.objects.in_municipality(municipality).offered()}
    # In one language after the other: a word of one begins words of another.
    for language in municipality.languages:
        words = {
            pk: [name for name in [one.names.get(language)] if name] + one.words.get(language, [])
            for pk, one in offered.items()
        }
        best = best_category(f"{letter.subject}\n{letter.text}", words)
        if best:
            return offered[best]
    return None


def propose_place(municipality: Municipality, text: str) -> Answer | None:
    """The surest place that a line of the text names, in the first language of the town."""
    best: tuple[float, Answer] | None = None
    for piece in places_in(text):
        try:
            with override(municipality.languages[0]):
                answers = geocode_text(municipality, piece, limit=1)
        except OutsideGeocoderError:
            continue
        for one in answers:
            rank = _SURE.get(one.precision, 0) + one.score
            if one.score >= LEAST_SCORE and not one.ambiguous and (not best or rank > best[0]):
                best = rank, one
    return best[1] if best else None


def _is_reporter(incident: Incident, sender: str) -> bool:
    return Reporter.objects.filter(incident=incident, email__iexact=sender).exists()


def _reply(
    incident: Incident, draft: MailDraft, pictures: Sequence[Submission], now: dt.datetime
) -> None:
    text = new_words(draft.text) or draft.text or draft.subject or "…"
    photos = [
        Attachment(
            incident=incident,
            submission=picture,
            role=Attachment.Role.REPLY,
            seq=incident.head_seq + 1,
        )
        for picture in pictures
    ]
    Attachment.objects.bulk_create(photos)
    reply(incident=incident, text=text[:LONGEST], actor=Actor("reporter"), now=now, photos=photos)


def _note(incident: Incident, draft: MailDraft, actor: Actor, now: dt.datetime) -> None:
    """What somebody else wrote is for the house: the reporter may not know that person."""
    text = f"{draft.sender_name} <{draft.sender}>\n{draft.subject}\n\n{draft.text}"[:LONGEST]
    event = record(
        incident=incident,
        kind=Kind.NOTED,
        data={"letter": draft.pk},
        actor=actor,
        now=now,
        secrets={"text": text},
    )
    Remark.objects.create(
        incident=incident,
        kind=Remark.Kind.NOTE,
        seq=event.seq,
        text=text,
        author=actor.user,
        at=now,
    )


def _pictures_of(draft: MailDraft) -> list[Submission]:
    """Those that hang at no report yet."""
    rows = Submission.objects.filter(pk__in=draft.pictures, kind=Submission.Kind.PICTURE)
    return list(rows.exclude(pk__in=Attachment.objects.values("submission")).order_by("pk"))


def _waiting(draft: MailDraft) -> MailDraft:
    row = MailDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if row.state != MailDraft.State.WAITING:
        raise ValidationError(_("Somebody has worked this letter off already."), code="worked_off")
    return row


def _settle(draft: MailDraft, state: MailDraft.State, incident: Incident | None) -> MailDraft:
    draft.state, draft.incident = state, incident
    draft.save(update_fields=["state", "incident", "pictures"])
    return draft
