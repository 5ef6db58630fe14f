"""Writes to those who said or wrote something: refused, released, answered; within the act.

Releases and answers are told once a day for each consultation: the key of the letter carries the
civil day, and a second letter of the same key is not written.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Contribution, Process, ResponseValue
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


def tell_words_refused(value: ResponseValue, reason: str, now: dt.datetime) -> None:
    """Words in a survey stay hidden, and why; whoever answered is still known and reachable."""
    letter = _survey_letter(value)
    with translation.override(letter.language):
        words = [
            _("What you wrote in the survey of this consultation is not shown. The reason:"),
            reason,
            _("Your other answers count. Until the survey ends you can change what you wrote:"),
        ]
        letter.write(words, f"survey-words-{value.pk}-refused", "survey/", now)


def tell_words_released(value: ResponseValue, now: dt.datetime) -> None:
    """Words in a survey stand in its result; once a day."""
    letter = _survey_letter(value)
    day = civil_day(now, letter.process.municipality.timezone)
    with translation.override(letter.language):
        words = [_("What you wrote in the survey of this consultation stands with its result:")]
        key = f"survey-words-{letter.process.pk}-{value.response.user_id}-released-{day}"
        letter.write(words, key, "survey/result/", now)


def _survey_letter(value: ResponseValue) -> "_Letter":
    return _Letter(value.response.user, value.response.phase.process)


def _daily(contribution: Contribution, event: str, now: dt.datetime) -> str:
    day = civil_day(now, contribution.process.municipality.timezone)
    return f"consultation-{contribution.process_id}-{contribution.author_id}-{event}-{day}"


def _language(contribution: Contribution) -> str:
    return _letter(contribution).language


def _letter(contribution: Contribution) -> "_Letter":
    return _Letter(contribution.author, contribution.process)


def _write(
    contribution: Contribution, words: list[str], key: str, page: str, now: dt.datetime
) -> None:
    _letter(contribution).write(words, key, page, now)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter about a consultation to somebody who took part in it."""

    person: User | None
    process: Process

    @property
    def language(self) -> str:
        """The language of the person, else the first of the town."""
        own = self.person.language if self.person else ""
        return own or self.process.municipality.languages[0]

    def write(self, words: list[str], key: str, page: str, now: dt.datetime) -> None:
        """Hand it over in the active language; nothing for who has no address or is gone."""
        person, town = self.person, self.process.municipality
        if person is None or not person.email or not person.is_active:
            return
        names = {"town": town.name, "title": self.process.name}
        subject = _("%(town)s: consultation “%(title)s”") % names
        link = absolute(town.sign_origin, process_path(self.process, page))
        enqueue_mail(
            recipient=person.email,
            subject=" ".join(subject.split()),
            body="\n\n".join([*words, link]) + "\n",
            kind=KIND,
            now=now,
            language=translation.get_language() or "",
            sender=town.mail_sender,
            queue=town.slug,
            key=key,
        )
