"""Writes the messages about one notice: each text once for each language and reason, not anew."""

from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.labels import in_short, meeting_place, when_words
from notifications.models import Announcement
from notifications.paths import news_path
from notifications.reasons import Reason, sentence
from zones.names import in_language

_LINK = "https://unsubscribe.invalid/"
LONGEST_SUBJECT = 150
LONGEST_SMS = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter by e-mail, as text and with markup."""

    subject: str
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """What a phone shows before it is unlocked."""

    title: str
    body: str


@dataclass(slots=True)
class LetterWriter:
    """Writes about one notice in whichever language somebody reads.

    A hundred thousand letters differ in little: what they share is drawn once and kept.
    """

    announcement: Announcement
    _drawn: dict[tuple[str, str], Letter] = field(default_factory=dict)
    _short: dict[str, ShortMessage] = field(default_factory=dict)

    def spoken(self, wanted: str) -> str:
        """The language of the frame around the text: the reader's, if the program speaks it."""
        known = self.announcement.municipality.languages
        return wanted if wanted in {*known, "en"} else known[0]

    def letter(self, language: str, reason: Reason, unsubscribe_url: str) -> Letter:
        """The letter for one reader."""
        with translation.override(self.spoken(language)):
            why = _reason_line(reason)
        key = (self.spoken(language), why)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        drawn = self._drawn[key]
        return Letter(
            drawn.subject,
            drawn.body.replace(_LINK, unsubscribe_url),
            drawn.html.replace(_LINK, _in_markup(unsubscribe_url)),
        )

    def short(self, language: str) -> ShortMessage:
        """The same for all who read one language."""
        spoken = self.spoken(language)
        if spoken not in self._short:
            with translation.override(spoken):
                title = in_short(self._of(self.announcement.titles), 80)
                body = when_words(self.announcement) or self._of(self.announcement.texts)
                self._short[spoken] = ShortMessage(title, in_short(body))
        return self._short[spoken]

    def text_message(self, language: str) -> str:
        """For a telephone without internet: the title, when, and where to read on."""
        with translation.override(self.spoken(language)):
            parts = [self.announcement.municipality.name, self._of(self.announcement.titles)]
            parts += [when_words(self.announcement)]
            room = LONGEST_SMS - len(self.link) - 1
            return f"{in_short('. '.join(filter(None, parts)), room)} {self.link}"

    @property
    def link(self) -> str:
        """Full address of the public page."""
        town = self.announcement.municipality
        return town.sign_origin.rstrip("/") + news_path(town.slug, self.announcement.pk)

    def _of(self, texts: dict[str, str]) -> str:
        return in_language(texts, self.announcement.municipality.languages)

    def _draw(self, language: str, why: str) -> Letter:
        one, town = self.announcement, self.announcement.municipality
        with translation.override(language):
            title, text = self._of(one.titles), self._of(one.texts)
            when, place = when_words(one), meeting_place(one)
            words = {
                "language": language,
                "title": title,
                "text": text,
                "town": town.name,
                "accent": town.accent,
                "urgent": one.urgency == Announcement.Urgency.URGENT,
                "when": when,
                "place": place,
                "link": self.link,
                "reason": why,
                "unsubscribe": _LINK,
            }
            html = render_to_string("notifications/letters/notice.html", words)
            parts = [
                title,
                "\n".join(filter(None, [when, place])),
                text,
                _("Read it on the town's page: %(link)s") % {"link": self.link},
                "-- \n" + why,
                _("Choose what you hear of, or end these letters: %(link)s") % {"link": _LINK},
            ]
            body = "\n\n".join(part for part in parts if part)
            return Letter(f"{town.name}: {title}"[:LONGEST_SUBJECT], body, html)


def _reason_line(reason: Reason) -> str:
    return _("You get this %(because)s.") % {"because": sentence(reason)}


def _in_markup(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "&quot;")
