"""The words on a sign, by what it is for, in each language of the town."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override


class Purpose(StrEnum):
    """What the page behind a sign is for."""

    RATING = "rating"
    REGISTRATION = "registration"
    REPORT = "report"
    CONSULTATION = "consultation"


class Words(NamedTuple):
    """Everything a sign says in one language."""

    question: str
    promise: str
    action: str
    by_hand: str
    never: str
    demo: str
    place_line: str
    tactile: str


def words_in(language: str, purpose: Purpose, host: str, question: str = "") -> Words:
    """The words of a sign in one language; `question` is the site category's own, if it has one."""
    with override(language):
        return Words(
            question=question or _question(purpose),
            promise=_promise(purpose),
            action=_("Point your phone’s camera here"),
            by_hand=_("No camera? Open %(host)s/s and type:") % {"host": host},
            never=_("We never ask for money, a card or a password."),
            demo=_("Demonstration, not a sign of the town"),
            place_line=_("Place:"),
            tactile=_("Cut off the marked corner; stick a raised dot on the ring."),
        )


def words_by_language(
    languages: tuple[str, ...], purpose: Purpose, host: str, questions: Mapping[str, str]
) -> dict[str, Words]:
    """The words in every language of the town, the town's first language first."""
    return {
        language: words_in(language, purpose, host, questions.get(language, ""))
        for language in languages
    }


def _question(purpose: Purpose) -> str:
    if purpose is Purpose.RATING:
        return _("How satisfied are you with this place?")
    if purpose is Purpose.REGISTRATION:
        return _("Join your neighbourhood")
    if purpose is Purpose.REPORT:
        return _("Is something broken here?")
    return _("Have your say about this place")


def _promise(purpose: Purpose) -> str:
    """Only a rating is anonymous, so only its sign says so."""
    if purpose is Purpose.RATING:
        return _("Free · no app · anonymous")
    return _("Free · no app")
