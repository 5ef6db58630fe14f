"""What a notice says, and what is refused before it is kept: texts, choices, places, moments."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.models import Department, Works
from notifications.models import Announcement
from notifications.topics import Topic
from zones.models import Municipality, TargetArea

LONGEST_TITLE = 120
LONGEST_TEXT = 5000
LONGEST_PLACE = 200
#: Letters that draw nothing, end a line, or turn the direction of what follows.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co"})
_JOINER = "\u200d"  # holds pictures of several signs together


@dataclass(frozen=True, slots=True)
class AnnouncementText:
    """Everything a writer says: texts by language, for whom, when, where (EPSG:4326)."""

    titles: Mapping[str, str]
    texts: Mapping[str, str]
    topic: str
    urgency: str = Announcement.Urgency.NORMAL
    target: TargetArea | None = None
    has_own_target: bool = False
    geometry: GEOSGeometry | None = None
    works: Works | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    place_words: Mapping[str, str] = field(default_factory=dict)
    wanted_at: dt.datetime | None = None
    department: Department | None = None
    corrects: Announcement | None = None


def check(municipality: Municipality, values: AnnouncementText) -> None:
    """Refuse what cannot be kept, at the field that is wrong."""
    _check_words(municipality, values)
    if values.topic not in Topic.values:
        refuse("topic", "unknown", _("Choose one of the topics."))
    if values.urgency not in Announcement.Urgency.values:
        refuse("urgency", "unknown", _("Choose how soon it has to be known."))
    owned = {
        "target": values.target,
        "works": values.works,
        "department": values.department,
        "corrects": values.corrects,
    }
    for name, row in owned.items():
        if row is not None and row.municipality_id != municipality.pk:
            refuse(name, "elsewhere", _("Choose one of this town."))
    outline = municipality.outline
    if values.geometry is not None and outline and not outline.intersects(values.geometry):
        refuse(
            "geometry",
            "outside",
            _("This place is outside the municipality. Choose a place inside the border."),
        )
    if values.starts_at and values.ends_at and values.ends_at <= values.starts_at:
        refuse("ends_at", "backwards", _("The end must be later than the beginning."))


def _check_words(municipality: Municipality, values: AnnouncementText) -> None:
    """One language at least has both a title and a text; what is half written is refused."""
    titles, texts = kept(values.titles), kept(values.texts)
    if not titles:
        first = next(iter(texts), municipality.languages[0])
        refuse(f"names_{first}", "required", _("Give the notice a title."))
    for code in {**titles, **texts}:
        _check_language(code, titles.get(code, ""), texts.get(code, ""))
    for code, words in kept(values.place_words).items():
        if len(words) > LONGEST_PLACE or _has_unseen(words):
            refuse(f"place_{code}", "too_long", _("Say the meeting place in one short line."))


def _check_language(code: str, title: str, text: str) -> None:
    if not title:
        refuse(f"names_{code}", "required", _("This text has no title in its language."))
    if not text:
        refuse(f"texts_{code}", "required", _("This title has no text in its language."))
    if len(title) > LONGEST_TITLE:
        refuse(f"names_{code}", "too_long", _("Keep the title short: 120 characters at most."))
    if len(text) > LONGEST_TEXT:
        refuse(f"texts_{code}", "too_long", _("Keep the text under 5,000 characters."))
    unseen = _("The text holds characters that cannot be seen. Type it anew.")
    if _has_unseen(title):
        refuse(f"names_{code}", "unreadable", unseen)
    if _has_unseen(text.replace("\n", " ")):
        refuse(f"texts_{code}", "unreadable", unseen)


def refuse(name: str, code: str, sentence: str) -> NoReturn:
    """Say at a field what is wrong with it."""
    raise ValidationError({name: ValidationError(sentence, code=code)})


def _has_unseen(text: str) -> bool:
    return any(unicodedata.category(one) in _UNSEEN and one != _JOINER for one in text)


def kept(texts: Mapping[str, str]) -> dict[str, str]:
    """Cleaned texts by language, without the empty ones."""
    cleaned = {code: clean(text) for code, text in texts.items()}
    return {code: text for code, text in cleaned.items() if text}


def clean(text: str) -> str:
    """NFC, one kind of line end, no space at the ends; a soft hyphen or a joiner is left out."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\u00ad", "").replace("\ufeff", "").replace("\t", " ").strip()
