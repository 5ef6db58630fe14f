"""Tells the reporter and the followers what happened, by letter and in their language.

Each letter is written in the transaction of its event and carries the event in its key, so that
it leaves once and only if the event stands. Words of the house never leave; the question and the
answer go to the reporter alone.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.incident_words import sentence
from incidents.models import EventSecret, Follower, Incident, IncidentEvent, Reporter
from incidents.services.receipts import confirm_code, link_of, mark_of, term_words
from incidents.services.timelines import data_of, facts_of
from incidents.track_paths import confirm_path, follow_path
from incidents.workflow import Kind, Status
from notifications.paths import absolute
from outbox.services import SIGN_IN, enqueue_mail

KIND = "report"
#: Changes the reporter hears of; what comes in the very moment of reporting is in the receipt.
REPORTER_HEARS = frozenset(
    {
        Kind.ROUTED, Kind.OUTSIDE, Kind.ASKED, Kind.FORWARDED, Kind.LEG_ACCEPTED, Kind.LEG_REFUSED,
        Kind.LEG_DONE, Kind.LEG_WITHDRAWN, Kind.EXTENDED, Kind.ANSWERED, Kind.CLOSED,
        Kind.REOPENED, Kind.MERGED, Kind.UNMERGED, Kind.ABSORBED, Kind.REFUSED, Kind.WARNED,
    }
)  # fmt: skip
FOLLOWERS_HEAR = REPORTER_HEARS - {Kind.ASKED, Kind.REFUSED, Kind.LEG_ACCEPTED, Kind.LEG_WITHDRAWN}
#: Words beside an event that are written to the reporter.
READS = {Kind.ASKED: "text", Kind.ANSWERED: "answer", Kind.CLOSED: "why", Kind.LEG_DONE: "words"}
_AT_ONCE = (Kind.REPORTED, Kind.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write to, and the page that is theirs."""

    email: str
    language: str
    key: str
    link: str
    stop: str = ""

    @property
    def is_reporter(self) -> bool:
        """Followers can stop at any time; an answer to a report belongs to its reporter."""
        return not self.stop


def tell_people(
    incident: Incident, event: IncidentEvent, data: Mapping[str, Any], now: dt.datetime
) -> None:
    """Write the letters that an event asks for, in its transaction.

    One query where nobody is told; five and those of each letter where somebody is.
    """
    kind = Kind(event.kind)
    if kind not in REPORTER_HEARS or not _is_news(incident, event, data):
        return
    for person in list(_people(incident, kind)):
        if data.get("by_mail") and person.is_reporter:
            continue  # the law wants that letter before the term is extended, so it has left
        with translation.override(person.language):
            facts = facts_of(incident, [(kind, data)])[0]
            words = _words(incident, event, facts, person)
        _write(incident, person, words, f"{_moment(event, data)}-{person.key}", now)


def tell_received(incident: Incident, now: dt.datetime) -> None:
    """The receipt as a letter, once the rules have spoken; nothing for those without an address."""
    reporter = _reporter(incident)
    if reporter is None:
        return
    if incident.status == Status.NEW:
        _ask_to_confirm(incident, reporter, now)
        return
    person = _as_person(incident, reporter)
    if person is None:
        return
    with translation.override(person.language):
        words = [
            _("Thank you. Your report %(reference)s came in.") % {"reference": incident.reference},
            _where_it_is(incident),
            term_words(incident),
            _("Mark of the last entry: %(mark)s. With it you can prove later what stood here.")
            % {"mark": mark_of(incident)},
        ]
    _write(incident, person, words, f"report-{incident.pk}-received", now)


def tell_follower(follower: Follower, now: dt.datetime) -> None:
    """Ask somebody who follows by e-mail to confirm; nothing is sent there before that."""
    incident = follower.incident
    link = absolute(
        incident.municipality.sign_origin, follow_path(incident.municipality.slug, follower.pk)
    )
    with translation.override(follower.language):
        words = [
            _("Somebody, perhaps you, wants to follow report %(reference)s with this address.")
            % {"reference": incident.reference},
            _("Open this page and confirm. If it was not you, do nothing:"),
            link,
        ]
        _send(incident, follower.email, follower.language, words, now, key=f"follow-{follower.pk}")


def _is_news(incident: Incident, event: IncidentEvent, data: Mapping[str, Any]) -> bool:
    """What the rules say in the moment of reporting is in the receipt; warnings of the house are
    no news before the term is missed.
    """
    if event.kind == Kind.WARNED:
        return data.get("code") == "answer" and int(data.get("days_before", 0)) < 0
    return not incident.events.filter(kind__in=_AT_ONCE, at=event.at).exists()


def _moment(event: IncidentEvent, data: Mapping[str, Any]) -> str:
    """What makes a letter one letter: its event; a missed term is told once, whoever is warned."""
    if event.kind == Kind.WARNED:
        return f"report-{event.incident_id}-missed-{data.get('code', '')}-{data.get('due_on', '')}"
    return f"report-{event.incident_id}-{event.seq}"


def _people(incident: Incident, kind: Kind) -> Iterator[Person]:
    """The reporter, those who follow, and those whose reports are worked on with this one."""
    if kind in FOLLOWERS_HEAR:
        together = Incident.objects.filter(Q(pk=incident.pk) | Q(leader=incident.pk))
    else:
        together = Incident.objects.filter(pk=incident.pk)
    reporters = Reporter.objects.filter(incident__in=together, erased_at__isnull=True)
    for reporter in reporters.select_related("user", "incident__municipality"):
        if kind == Kind.EXTENDED and reporter.incident_id == incident.pk:
            continue  # the law asks for a letter before it, and that one was written
        person = _as_person(reporter.incident, reporter)
        if person:
            yield person
    if kind not in FOLLOWERS_HEAR:
        return
    told = set()
    followers = Follower.objects.filter(incident__in=together).to_tell()
    for follower in followers.select_related("user").order_by("pk"):
        email = follower.user.email if follower.user else follower.email
        if email and email not in told:
            told.add(email)
            yield _as_follower(incident, follower, email)


def _as_person(incident: Incident, reporter: Reporter) -> Person | None:
    """A reporter we may write to: confirmed, or with an account."""
    user = reporter.user
    email = reporter.email if reporter.confirmed_at else ""
    email = email or (user.email if user and user.is_active else "")
    if not email:
        return None
    language = (user.language if user else "") or reporter.language
    return Person(email, language, f"r{reporter.pk}", link_of(incident))


def _as_follower(incident: Incident, follower: Follower, email: str) -> Person:
    town = incident.municipality
    link = absolute(town.sign_origin, follow_path(town.slug, follower.pk))
    language = (follower.user.language if follower.user else "") or follower.language
    return Person(email, language, f"f{follower.pk}", link, stop=link)


def _reporter(incident: Incident) -> Reporter | None:
    rows = Reporter.objects.filter(incident=incident, erased_at__isnull=True)
    return rows.select_related("user").first()


def _words(
    incident: Incident, event: IncidentEvent, facts: Mapping[str, str], person: Person
) -> list[str]:
    if event.kind == Kind.WARNED:
        told = [_("The term to answer your report is over and you have no answer yet.")]
        if data_of(event).get("is_binding"):
            told.append(_("The heads of the department and of the town hall have been told."))
        return told
    words = [sentence(event.kind, facts)]
    if person.is_reporter:
        words.append(_own_words(incident, event))
        if event.kind == Kind.ASKED:
            words.append(_("Answer on this page:"))
        else:
            words.append(term_words(incident))
    return words


def _own_words(incident: Incident, event: IncidentEvent) -> str:
    """The question, the answer as it was sent, the reason: for the reporter's eyes only."""
    name = READS.get(Kind(event.kind))
    if name is None:
        return ""
    kept = EventSecret.objects.filter(incident=incident, seq=event.seq, name=name).first()
    return kept.value if kept else ""


def _where_it_is(incident: Incident) -> str:
    """Who has it now, in words."""
    if incident.status == Status.OUTSIDE:
        event = incident.events.filter(kind=Kind.OUTSIDE).order_by("-seq").first()
        facts = facts_of(incident, [(Kind.OUTSIDE, data_of(event))])[0] if event else {}
        return sentence(Kind.OUTSIDE, facts)
    if incident.works is not None:
        return sentence(Kind.ABSORBED, {"works": incident.works.name})
    if incident.department is None:
        return _("Somebody at the town hall reads it and says who is in charge.")
    return sentence(Kind.ROUTED, {"department": incident.department.name})


def _write(
    incident: Incident, person: Person, words: Sequence[str], key: str, now: dt.datetime
) -> None:
    with translation.override(person.language):
        why = (
            _("You get this letter because you reported it.")
            if person.is_reporter
            else _("You get this letter because you follow this report. Stop on the same page.")
        )
        _send(
            incident,
            person.email,
            person.language,
            [*words, person.link, why],
            now,
            key=key,
            stop=person.stop,
        )


def _ask_to_confirm(incident: Incident, reporter: Reporter, now: dt.datetime) -> None:
    """The letter with link and code; the report waits for it and nobody sees it before."""
    town = incident.municipality
    with translation.override(reporter.language):
        words = [
            _("Somebody, perhaps you, reported a fault with this address: %(reference)s.")
            % {"reference": incident.reference},
            _("Open this page and confirm, or type the code %(code)s where you reported.")
            % {"code": confirm_code(incident)},
            absolute(town.sign_origin, confirm_path(town.slug, incident.pk)),
            _("If it was not you, do nothing: the report goes to nobody."),
        ]
        _send(
            incident,
            reporter.email,
            reporter.language,
            words,
            now,
            key=f"report-{incident.pk}-confirm",
            kind=SIGN_IN,
        )


def _send(  # noqa: PLR0913 - the parts of one letter
    incident: Incident,
    email: str,
    language: str,
    words: Sequence[str],
    now: dt.datetime,
    *,
    key: str,
    stop: str = "",
    kind: str = KIND,
) -> None:
    town = incident.municipality
    subject = _("%(town)s: report %(reference)s") % {
        "town": town.name,
        "reference": incident.reference,
    }
    enqueue_mail(
        recipient=email,
        subject=" ".join(subject.split()),
        body="\n\n".join(filter(None, words)) + "\n",
        kind=kind,
        now=now,
        language=language,
        sender=town.mail_sender,
        queue=town.slug,
        key=key,
        unsubscribe_url=stop,
        is_secret=kind == SIGN_IN,
    )
