"""Writes to those who said something: refused, released, answered; in the transaction of the act.

Releases and answers are told once a day for each consultation: the key of the letter carries the
civil day, and a second letter of the same key is not written.
"""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from consultations.models import Contribution, Process
from notifications.paths import absolute
from outbox.services import enqueue_mail
from zones.days import civil_day

KIND = "consultation"


def process_path(process: Process, page: str = "") -> str:
    """Address of a page of a consultation."""
    return f"/{process.municipality.slug}/consultations/{process.pk}/{page}"


def tell_refused(contribution: Contribution, reason: str, now: dt.datetime) -> None:
    """The words stay hidden, and why."""
    with translation.override(_language(contribution)):
        words = [
            _("What you said in this consultation is not shown. The reason:"),
            reason,
            _("You may say it again in other words:"),
        ]
        _write(contribution, words, f"contribution-{contribution.pk}-refused", "", now)


def tell_released(contribution: Contribution, now: dt.datetime) -> None:
    """The words are public; once a day."""
    with translation.override(_language(contribution)):
        words = [_("What you said in this consultation can now be read by everybody:")]
        _write(contribution, words, _daily(contribution, "released", now), "said/", now)


def tell_answered(contribution: Contribution, now: dt.datetime) -> None:
    """The town answered; once a day, with the page that holds all answers."""
    with translation.override(_language(contribution)):
        words = [_("The town hall answered what you said. Read what becomes of it and why:")]
        _write(contribution, words, _daily(contribution, "answered", now), "answers/", now)


def _daily(contribution: Contribution, event: str, now: dt.datetime) -> str:
    day = civil_day(now, contribution.process.municipality.timezone)
    return f"consultation-{contribution.process_id}-{contribution.author_id}-{event}-{day}"


def _language(contribution: Contribution) -> str:
    own = contribution.author.language if contribution.author else ""
    return own or contribution.process.municipality.languages[0]


def _write(
    contribution: Contribution, words: list[str], key: str, page: str, now: dt.datetime
) -> None:
    """A letter in the active language; nothing for who has no address or is no longer there."""
    author, process = contribution.author, contribution.process
    if author is None or not author.email or not author.is_active:
        return
    town = process.municipality
    subject = _("%(town)s: consultation “%(title)s”") % {"town": town.name, "title": process.name}
    link = absolute(town.sign_origin, process_path(process, page))
    enqueue_mail(
        recipient=author.email,
        subject=" ".join(subject.split()),
        body="\n\n".join([*words, link]) + "\n",
        kind=KIND,
        now=now,
        language=translation.get_language() or "",
        sender=town.mail_sender,
        queue=town.slug,
        key=key,
    )
