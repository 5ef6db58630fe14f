"""Reads what a list of features is asked for; a wrong or unknown parameter is refused by name."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID
from portal.geodata.systems import CRS84, System, region_of
from zones.published import Collection, Column, Period, Type

USUAL_LIMIT = 100
MOST = 1000
LONGEST_TEXT = 200
LARGEST_KEY = 2**63 - 1
OF_ITEMS = ("f", "limit", "bbox", "bbox-crs", "crs", "datetime", "cursor")
OF_ITEM = ("f", "crs")
#: What is told of a column's value when it cannot be one.
_EXAMPLES = {
    Type.WHOLE: "12",
    Type.NUMBER: "1.5",
    Type.YES_NO: "true, false",
    Type.DAY: "2026-05-31",
    Type.MOMENT: "2026-05-31T08:00:00Z",
}
_OPEN = ("", "..")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class RefusedError(ValidationError):
    """A parameter that cannot be answered; `path` names it."""

    def __init__(self, name: str, sentence: str, code: str) -> None:
        super().__init__(sentence, code=code)
        self.path = name


@dataclass(frozen=True, slots=True)
class Question:
    """What a list of features is asked for."""

    limit: int
    system: System
    after: int | None = None
    region: BaseGeometry | None = None
    times: tuple[dt.datetime | None, dt.datetime | None] | None = None
    wanted: dict[str, Any] = field(default_factory=dict)


def only_known(given: QueryDict, known: Iterable[str]) -> None:
    """Refuse parameters nobody knows, and one that is given twice."""
    names = list(known)
    for name in given:
        if name not in names:
            sentence = _("There is no parameter “%(name)s”. Known are: %(known)s.")
            raise RefusedError(
                name[:40],
                sentence % {"name": name[:40], "known": ", ".join(names)},
                "unknown_parameter",
            )
        if len(given.getlist(name)) > 1:
            raise RefusedError(name, _("Give each parameter once."), "repeated")


def queryables(collection: Collection) -> list[Column]:
    """Columns that features can be asked for by."""
    return [one for one in collection.columns if one.lookup]


def question_of(
    given: QueryDict, collection: Collection, systems: dict[str, System], timezone: str, usual: int
) -> Question:
    """Read all parameters of a list.

    Raises:
        RefusedError: one is unknown or wrong.
    """
    columns = {one.name: one for one in queryables(collection)}
    only_known(given, (*OF_ITEMS, *columns))
    return Question(
        limit=_limit(given.get("limit"), usual),
        system=system_of(given, "crs", systems),
        after=_cursor(given.get("cursor")),
        region=_region(given, systems),
        times=_times(given.get("datetime"), timezone),
        wanted={
            column.lookup: _value(column, str(given[name]))
            for name, column in columns.items()
            if name in given
        },
    )


def system_of(given: QueryDict, name: str, systems: dict[str, System]) -> System:
    """The system a parameter names; CRS84 where none does."""
    if name not in given:
        return CRS84
    found = systems.get(str(given[name]))
    if found is None:
        sentence = _("There is no such coordinate system here. Choose one of: %s.")
        raise RefusedError(name, sentence % ", ".join(systems), "crs")
    return found


def _limit(text: str | None, usual: int) -> int:
    """How many; more than the most is answered with the most."""
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 9 and int(text) > 0):
        raise RefusedError("limit", _("Give a whole number of at least 1."), "limit")
    return min(int(text), MOST)


def _cursor(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_KEY):
        raise RefusedError(
            "cursor", _("Follow the link “next” of a page; a cursor is not made up."), "cursor"
        )
    return int(text)


def _region(given: QueryDict, systems: dict[str, System]) -> BaseGeometry | None:
    """The ground of `bbox`, in EPSG:4326."""
    system = system_of(given, "bbox-crs", systems)
    text = given.get("bbox")
    if text is None:
        return None
    numbers = _numbers(text)
    if len(numbers) == 6 and system is CRS84:
        # Everything lies on the ground, so that heights leave nothing out.
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4:
        raise RefusedError(
            "bbox", _("Give four numbers: the lower corner, then the upper one."), "bbox"
        )
    _check_box(system, numbers)
    first, second, third, fourth = numbers
    return region_of(system, (first, second, third, fourth))


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")[:7]]
    except ValueError:
        numbers = [math.nan]
    if not all(math.isfinite(one) for one in numbers):
        raise RefusedError("bbox", _("Give numbers with commas between them."), "bbox")
    return numbers


def _check_box(system: System, numbers: list[float]) -> None:
    across, up = (1, 0) if system.is_northing_first else (0, 1)
    if system.is_geographic:
        longitudes, latitudes = numbers[across::2], numbers[up::2]
        if any(abs(one) > 180 for one in longitudes) or any(abs(one) > 90 for one in latitudes):
            sentence = _("Longitude lies between -180 and 180, latitude between -90 and 90.")
            raise RefusedError("bbox", sentence, "bbox_bounds")
    # Only west may be greater than east: such a box crosses the date line.
    wrong = numbers[up] > numbers[up + 2] or (
        not system.is_geographic and numbers[across] > numbers[across + 2]
    )
    if wrong:
        raise RefusedError(
            "bbox", _("The lower corner comes first, then the upper one."), "bbox_order"
        )


def _times(text: str | None, timezone: str) -> tuple[dt.datetime | None, dt.datetime | None] | None:
    """First and last moment asked for, both included; None is without an end."""
    if text is None:
        return None
    parts = text.split("/")
    if len(parts) == 1 and text not in _OPEN:
        return _moment(text, timezone, is_end=False), _moment(text, timezone, is_end=True)
    if len(parts) != 2 or all(part in _OPEN for part in parts):
        raise _no_time()
    begin, end = (
        None if part in _OPEN else _moment(part, timezone, is_end=is_end)
        for part, is_end in zip(parts, (False, True), strict=True)
    )
    if begin and end and begin > end:
        raise RefusedError("datetime", _("The beginning comes before the end."), "datetime_order")
    return begin, end


def _moment(text: str, timezone: str, *, is_end: bool) -> dt.datetime:
    """A moment; a day is its first or last one in the town."""
    try:
        if _DAY.fullmatch(text):
            time = dt.time.max if is_end else dt.time.min
            day = dt.date.fromisoformat(text)
            moment: dt.datetime | None = dt.datetime.combine(day, time, ZoneInfo(timezone))
        else:
            moment = dt.datetime.fromisoformat(text.upper()) if "T" in text.upper() else None
    except ValueError as error:
        raise _no_time() from error
    # Neither end of the calendar can be carried to another time zone.
    if moment is None or moment.tzinfo is None or not 1 < moment.year < dt.MAXYEAR:
        raise _no_time()
    return moment


def _no_time() -> RefusedError:
    sentence = _("Give a moment such as 2026-05-31T08:00:00Z, or two with / between them.")
    return RefusedError("datetime", sentence, "datetime")


def _value(column: Column, text: str) -> Any:
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise RefusedError(column.name, _("Give at most %d characters.") % LONGEST_TEXT, "too_long")
    try:
        return _READ[column.type](text)
    except (ValueError, OverflowError) as error:
        sentence = _("This is no value of the column. Give one such as: %s.")
        raise RefusedError(column.name, sentence % _EXAMPLES[column.type], "value") from error


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST_KEY:
        raise ValueError(text)
    return number


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _yes_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _instant(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


_READ: dict[Type, Callable[[str], Any]] = {
    Type.TEXT: str,
    Type.WHOLE: _whole,
    Type.NUMBER: _number,
    Type.YES_NO: _yes_no,
    Type.DAY: dt.date.fromisoformat,
    Type.MOMENT: _instant,
}


def asked_rows(collection: Collection, question: Question, timezone: str) -> QuerySet[Any]:
    """Rows that a question asks for, in the collection's order; the cursor is not looked at."""
    rows = collection.in_order()
    if question.region is not None:
        if question.region.is_empty:
            return rows.none()
        rows = collection.within(
            rows, GEOSGeometry(memoryview(question.region.wkb), srid=STORAGE_SRID)
        )
    if question.times is not None and collection.period is not None:
        rows = rows.filter(_during(collection.period, *question.times, timezone))
    return rows.filter(**question.wanted)


def _during(period: Period, begin: dt.datetime | None, end: dt.datetime | None, timezone: str) -> Q:
    """Rows whose [starts, ends) shares a moment with [begin, end]; no time at all is always."""
    first = _as_kept(period, begin, timezone)
    last = _as_kept(period, end, timezone)
    found = Q()
    if last is not None:
        found &= Q(**{f"{period.starts}__lte": last}) | Q(**{f"{period.starts}__isnull": True})
    if first is not None:
        over, one_moment = (period.ends, "gt") if period.ends else (period.starts, "gte")
        found &= Q(**{f"{over}__{one_moment}": first}) | Q(**{f"{over}__isnull": True})
    return found


def _as_kept(period: Period, moment: dt.datetime | None, timezone: str) -> dt.date | None:
    if moment is None or not period.is_day:
        return moment
    return moment.astimezone(ZoneInfo(timezone)).date()
