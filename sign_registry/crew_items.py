"""What a phone of the crew hands in, one entry at a time, read and checked; no ORM.

Everything here comes from a phone that may have been offline for days: nothing of it is trusted.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import shapely
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from geo.errors import GeometryRefused
from geo.intake import parse_point

#: What happened longer ago is dated by its arrival: the phone's clock is probably wrong.
OLDEST = dt.timedelta(days=14)
LONGEST_TEXT = 300
_LARGEST_ID = 2**63 - 1


class Kind(StrEnum):
    """What the crew did."""

    MOVE = "move"  # hung, found damaged or missing, put on hold
    INSPECT = "inspect"  # looked at, with a photo
    BIND = "bind"  # a spare hung at a place, in place of another sign or not
    SITE = "site"  # a place the register did not know


@dataclass(frozen=True, slots=True)
class CrewItem:
    """One entry of the phone's queue."""

    key: uuid.UUID
    kind: Kind
    happened_at: dt.datetime | None
    point: shapely.Point | None = None
    sign: int | None = None
    to: str = ""
    reason: str = ""
    site: int | None = None
    site_key: uuid.UUID | None = None
    replaces: int | None = None
    name: str = ""
    category: str = ""


def parse_item(raw: object) -> CrewItem:
    """Read one entry.

    Raises:
        ValidationError: `unreadable` with what is wrong about it.
    """
    if not isinstance(raw, Mapping):
        raise _unreadable()
    try:
        kind = Kind(_text(raw, "kind"))
        key = uuid.UUID(_text(raw, "key"))
        site_key = uuid.UUID(_text(raw, "site_key")) if raw.get("site_key") else None
    except ValueError as error:
        raise _unreadable() from error
    return CrewItem(
        key=key,
        kind=kind,
        happened_at=_moment(raw),
        point=_point(raw),
        sign=_number(raw, "sign"),
        to=_text(raw, "to"),
        reason=_text(raw, "reason"),
        site=_number(raw, "site"),
        site_key=site_key,
        replaces=_number(raw, "replaces"),
        name=_text(raw, "name"),
        category=_text(raw, "category"),
    )


def plausible(happened_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When something happened, as far as the phone's clock can be believed; else its arrival."""
    if happened_at is None or happened_at > now or now - happened_at > OLDEST:
        return now
    return happened_at


def _unreadable() -> ValidationError:
    return ValidationError(
        _("This entry cannot be read. Enter it again; if that does not help, tell the office."),
        code="unreadable",
    )


def _text(raw: Mapping[object, object], name: str) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\x00" in value:
        raise _unreadable()
    return value.strip()


def _number(raw: Mapping[object, object], name: str) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LARGEST_ID:
        raise _unreadable()
    return value


def _moment(raw: Mapping[object, object]) -> dt.datetime | None:
    """None where there is no usable time; the arrival is taken then."""
    try:
        moment = parse_datetime(_text(raw, "happened_at"))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo else None


def _point(raw: Mapping[object, object]) -> shapely.Point | None:
    where = raw.get("point")
    if where is None:
        return None
    if not isinstance(where, list) or len(where) != 2:
        raise _unreadable()
    try:
        return parse_point(where[0], where[1])
    except GeometryRefused as error:
        raise _unreadable() from error
