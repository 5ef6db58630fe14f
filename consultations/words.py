"""Texts of some length in several languages, stored as {language: text}; no ORM here."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zones.names import are_texts

LONGEST_TEXT = 5000


def validate_texts(value: object) -> None:
    """Accept {language code: text}, nothing too; refuse everything else."""
    if not are_texts(value, LONGEST_TEXT):
        raise ValidationError(
            _("Write the text in at most %(longest)d characters for each language."),
            code="invalid_texts",
            params={"longest": LONGEST_TEXT},
        )
