"""What an app tells of the things it publishes, so that all of them go out by one door.

Each app says in its `collections.py` which rows everybody may see, as its pages show them, and what
is told of each. How they are asked for and written is decided above; no ORM here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.gis.geos import GEOSGeometry
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from zones.models import Dataset, Municipality

#: Of what the town itself says; rows of the register keep the licence of their data set.
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


class Type(StrEnum):
    """Of a column."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One thing told of every row; `lookup` is how rows are asked for by it, "" is not at all."""

    name: str
    title: StrOrPromise
    type: Type = Type.TEXT
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Fields that say when: [starts, ends), or one moment where there is no `ends`.

    Both are days of the town, or both are moments.
    """

    starts: str
    ends: str = ""
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """One row as everybody may see it; the place is in EPSG:4326."""

    number: int
    geometry: GEOSGeometry | None
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, and when."""

    town: Municipality
    now: dt.datetime
    today: dt.date


@dataclass(frozen=True, slots=True)
class Collection:
    """Rows of one kind.

    Args:
        rows: what everybody may see, in no order; a filter by `key`, `place` and each `lookup`
            must find no more than `features` shows.
        features: rows as they are shown, in the order given; a bounded number of queries.
        place: geometry field or annotation in EPSG:4326.
        shape: of GeoJSON, such as Point; "" where rows differ.
        key: an integer that is unique and stays with the row.
        meeting: rows whose place, as it is shown, shares a point with a geometry.
        is_lasting: False where a row can be taken back and must then be nowhere.
        sources: data sets whose licences hold for the rows; None where the town speaks itself.
    """

    code: str
    title: StrOrPromise
    about: StrOrPromise
    columns: tuple[Column, ...]
    rows: QuerySet[Any]
    features: Callable[[Sequence[Any]], list[Feature]]
    place: str
    shape: str = ""
    key: str = "pk"
    period: Period | None = None
    meeting: Callable[[QuerySet[Any], GEOSGeometry], QuerySet[Any]] | None = None
    sources: QuerySet[Dataset] | None = None
    # Where the same rows are listed, and the path of the page of one.
    page: str = ""
    #: The layer of vector tiles that draws them; "" is none.
    tiles: str = ""
    keywords: tuple[str, ...] = field(default=())
    #: Whether editions of a month may keep its rows for ever.
    is_lasting: bool = True

    def within(self, rows: QuerySet[Any], geometry: GEOSGeometry) -> QuerySet[Any]:
        """Keep rows whose shown place shares a point with a geometry in EPSG:4326."""
        if self.meeting is not None:
            return self.meeting(rows, geometry)
        return rows.filter(**{f"{self.place}__intersects": geometry})

    def in_order(self) -> QuerySet[Any]:
        """Rows in the order in which they are handed out."""
        return self.rows.order_by(self.key)


def name_columns(languages: Sequence[str], lookup: str = "names") -> tuple[Column, ...]:
    """The name in the town's first language, and in each of its languages."""
    return (
        Column("name", _("Name"), lookup=f"{lookup}__{languages[0]}"),
        *(
            Column(f"name_{one}", format_lazy("{} ({})", _("Name"), one), lookup=f"{lookup}__{one}")
            for one in languages
        ),
    )


def named(names: dict[str, str], languages: Sequence[str]) -> dict[str, str | None]:
    """Values of `name_columns`; a language in which nothing was written is null."""
    return {
        "name": next((names[one] for one in (*languages, *names) if names.get(one)), None),
        **{f"name_{one}": names.get(one) for one in languages},
    }


#: Of rows that came with a data set.
SOURCE_COLUMNS = (
    Column("is_invented", _("Invented for demonstration"), Type.YES_NO),
    Column("source", _("Source")),
    Column("licence", _("Licence")),
)


def sourced(dataset: Dataset) -> dict[str, Any]:
    """Values of `SOURCE_COLUMNS`."""
    return {
        "is_invented": dataset.is_synthetic,
        "source": dataset.source,
        "licence": dataset.licence,
    }
