"""What a question and an answer may be: {language: text}; no ORM here."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_QUESTION = 300
LONGEST_ANSWER = 4000


def validate_texts(value: object) -> None:
    """Accept {language code: text}, nothing too; refuse everything else."""
    fits = isinstance(value, dict) and all(
        isinstance(code, str)
        and 2 <= len(code) <= 8
        and isinstance(text, str)
        and text.strip()
        and len(text) <= LONGEST_ANSWER
        and "\x00" not in text
        for code, text in value.items()
    )
    if not fits:
        raise ValidationError(
            _("Write the text in at most %(longest)d characters for each language."),
            code="invalid_texts",
            params={"longest": LONGEST_ANSWER},
        )
