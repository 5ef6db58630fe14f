"""Says in plain words what a town set: each app registers its kinds of settings here; no ORM."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

Words = Mapping[str, StrOrPromise]
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """How a kind of setting is called, its fields, and the values of fields that are codes."""

    title: StrOrPromise
    fields: Words = field(default_factory=dict)
    values: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change, in words."""

    label: str
    before: str
    after: str


_SUBJECTS: dict[str, SubjectWords] = {}


def register_subject(
    kind: str, title: StrOrPromise, fields: Words, values: Mapping[str, Words] | None = None
) -> None:
    """Name a kind of setting and its fields for the history; called when an app is ready.

    Args:
        kind: as given to `Subject`.
        values: {field: {code: word}} of fields that hold codes.
    """
    _SUBJECTS[kind] = SubjectWords(title, fields, values or {})


def kinds() -> Iterator[tuple[str, str]]:
    """Every kind that was registered, with its title."""
    return ((kind, str(words.title)) for kind, words in _SUBJECTS.items())


def title_of(kind: str) -> str:
    """How a kind of setting is called; its own code where nobody named it."""
    words = _SUBJECTS.get(kind)
    return str(words.title) if words else kind.replace("_", " ")


def changes_in_words(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[FieldChange]:
    """Each field that differs; what began has no before, what ended no after."""
    words = _SUBJECTS.get(kind, SubjectWords(kind))
    was, became = before or {}, after or {}
    order = list(words.fields)
    keys = sorted({*was, *became}, key=lambda key: (order.index(key) if key in order else 99, key))
    return [
        FieldChange(
            str(words.fields.get(key, key.replace("_", " "))),
            said(was.get(key), words.values.get(key)),
            said(became.get(key), words.values.get(key)),
        )
        for key in keys
        if was.get(key) != became.get(key) and not (_is_nothing(was.get(key), became.get(key)))
    ]


def said(value: Any, words: Words | None = None) -> str:
    """A plain JSON value as people say it; "" for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return " · ".join(f"{key}: {said(part, words)}" for key, part in value.items())
    if isinstance(value, str) and DAY.fullmatch(value):
        return _day(value)
    if isinstance(value, list):
        return ", ".join(said(part, words) for part in value)
    return str(words.get(value, value)) if words and isinstance(value, str) else str(value)


def _day(text: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:  # 31 February, typed by somebody as a name
        return text


def _is_nothing(*values: Any) -> bool:
    return all(value in (None, "", [], {}) for value in values)


register_subject(
    "town",
    gettext_lazy("Settings of the town"),
    {
        "names": gettext_lazy("Name"),
        "accent": gettext_lazy("Colour"),
        "arms": gettext_lazy("Coat of arms"),
        "modules": gettext_lazy("Modules"),
        "mail_sender": gettext_lazy("Sender of e-mail"),
        "sign_origin": gettext_lazy("Address printed on signs"),
        "least_age": gettext_lazy("Least age to register"),
        "app_needs_registration": gettext_lazy("Personal pages need a finished registration"),
        "second_person_above": gettext_lazy("Homes above which a second person approves a notice"),
        "notice_delay_minutes": gettext_lazy("Minutes in which a notice can be stopped"),
        "privacy_contact": gettext_lazy("Data protection officer"),
        "desk_texts": gettext_lazy("Desk for residents"),
        "outline_box": gettext_lazy("Border: west, south, east, north"),
        "metric_srid": gettext_lazy("Metric grid"),
        "setup_skipped": gettext_lazy("Steps of the set-up left out"),
    },
)
register_subject(
    "zones",
    gettext_lazy("Zones drawn"),
    {
        "zones": gettext_lazy("Number of zones"),
        "opened": gettext_lazy("New"),
        "replaced": gettext_lazy("Other border"),
        "closed": gettext_lazy("Ended"),
        "renamed": gettext_lazy("Other name"),
        "unchanged": gettext_lazy("Unchanged"),
        "note": gettext_lazy("Why"),
    },
)
