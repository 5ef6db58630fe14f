"""What all loads of tables share: the whole file or nothing, trials, and faults by line."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.csv_rows import Column, FaultyFile, Row, RowFault
from zones.models.municipality import LANGUAGES
from zones.names import LONGEST_NAME

T = TypeVar("T")


@dataclass(slots=True)
class Loaded:
    """What a load did, or would do: names of what is new and what changed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the file says what the town has already."""
        return not self.added and not self.changed


@contextmanager
def whole_or_nothing(faults: list[RowFault], *, is_trial: bool) -> Iterator[None]:
    """Run a load in one transaction; faults found on the way refuse the file as a whole.

    Args:
        faults: filled by the caller while it works; see `row_refused`.
        is_trial: take everything back at the end, so that the report is all that is left.

    Raises:
        FaultyFile: when there are faults; nothing is stored then.
    """
    with transaction.atomic():
        yield
        if faults:
            raise FaultyFile(faults)
        if is_trial:
            transaction.set_rollback(True)


@contextmanager
def row_refused(faults: list[RowFault], line: int) -> Iterator[None]:
    """Turn what a service refuses for a row into faults of its line, and go on with the next."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as refused:
        if hasattr(refused, "error_dict"):
            named = refused.message_dict.items()
            sentences = [f"{field}: {text}" for field, texts in named for text in texts]
        else:
            sentences = refused.messages
        faults.extend(RowFault(line, sentence) for sentence in sentences)


def day_of(row: Row, column: str) -> dt.date | None:
    """A civil day of a cell, None for an empty one.

    Raises:
        ValidationError: `not_a_day`, at its column.
    """
    text = row[column]
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        sentence = _("“%(text)s” is not a day. Write it as 2026-01-31.") % {"text": text[:40]}
        raise ValidationError({column: ValidationError(sentence, code="not_a_day")}) from error


def one_of(rows: Mapping[str, T], row: Row, column: str) -> T | None:
    """The row that a cell names by its code, None for an empty one.

    Raises:
        ValidationError: `unknown_code`, at its column.
    """
    code = row[column]
    if not code:
        return None
    if code not in rows:
        sentence = _("There is no “%(code)s” in this town. Check the code.") % {"code": code[:80]}
        raise ValidationError({column: ValidationError(sentence, code="unknown_code")})
    return rows[code]


def name_columns(is_required: Sequence[str] = ()) -> list[Column]:
    """The columns name_ro, name_bg … of every language."""
    return [Column(f"name_{code}", code in is_required, longest=LONGEST_NAME) for code in LANGUAGES]
