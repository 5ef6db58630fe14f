"""Names in several languages, stored as {language: text}; no ORM here."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 300


def are_texts(value: object, longest: int) -> bool:
    """Whether it is {language code: text}, each at most so many characters; {} is."""
    return isinstance(value, dict) and all(
        isinstance(code, str)
        and 2 <= len(code) <= 8
        and isinstance(text, str)
        and bool(text.strip())
        and len(text) <= longest
        and "\x00" not in text
        for code, text in value.items()
    )


def validate_names(value: object) -> None:
    """Accept {language code: text} with at least one text; refuse everything else."""
    if not value or not are_texts(value, LONGEST_NAME):
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
