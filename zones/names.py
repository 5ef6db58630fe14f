"""Names in several languages, stored as {language: text}; no ORM here."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 300


def validate_names(value: object) -> None:
    """Accept {language code: text} with at least one text; refuse everything else."""
    fits = (
        isinstance(value, dict)
        and value
        and all(
            isinstance(code, str)
            and 2 <= len(code) <= 8
            and isinstance(text, str)
            and text.strip()
            and len(text) <= LONGEST_NAME
            and "\x00" not in text
            for code, text in value.items()
        )
    )
    if not fits:
        raise ValidationError(
            _("Give the name in at least one language, each at most %(longest)d characters."),
            code="invalid_names",
            params={"longest": LONGEST_NAME},
        )


def with_code(names: Mapping[str, str], code: str, languages: Sequence[str]) -> str:
    """Name a row in a town's first language with its code, for what is written down to stay."""
    return f"{in_language(names, languages, languages[0])} ({code})"


def in_language(names: Mapping[str, str], order: Iterable[str] = (), language: str = "") -> str:
    """Choose the text for a reader: their language, then `order`, then whichever comes first."""
    wanted = language or (get_language() or "")
    for code in (wanted, wanted.split("-")[0], *order):
        if names.get(code):
            return names[code]
    return next(iter(names.values()), "")
