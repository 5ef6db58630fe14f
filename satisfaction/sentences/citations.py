"""How a figure is cited: whose it is, of when, by which method, under which lasting name."""

from typing import Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from satisfaction.facts import Period
from satisfaction.sentences.periods import period_label

#: So many signs of the fingerprint are printed: enough to compare by eye.
SHOWN_DIGEST = 12


class Cited(Protocol):
    """What a citation must know; a fact has it all."""

    @property
    def town(self) -> str:
        """Whose figures they are."""

    @property
    def period(self) -> Period:
        """Of when."""

    @property
    def code(self) -> str:
        """Their lasting name, with the version of the method."""

    @property
    def digest(self) -> str:
        """Their fingerprint."""

    @property
    def is_synthetic(self) -> bool:
        """Whether they were made up."""


def citation(cited: Cited, address: str, language: str) -> str:
    """A line to put under a picture or at the end of a text."""
    with translation.override(language):
        words = {
            "town": " ".join(cited.town.split()),
            "period": period_label(cited.period, language),
            "code": cited.code,
            "digest": cited.digest[:SHOWN_DIGEST],
            "address": address,
        }
        line = _(
            "%(town)s, ratings of places, %(period)s. "
            "Figures %(code)s, fingerprint %(digest)s. %(address)s"
        )
        # A period may end with the point of an abbreviation, as `2026 г.` does.
        said = (line % words).strip().replace(".. ", ". ")
        return f"{said} {_invented()}" if cited.is_synthetic else said


def invented(language: str) -> str:
    """What stands on everything made of figures that were made up."""
    with translation.override(language):
        return _invented()


def _invented() -> str:
    return _("Invented for the demonstration.")
