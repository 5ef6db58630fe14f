"""The page of adoption in words: its first sentence, its rows, the classes of its map."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from consultations.present.by_zone import CLASSES, class_width, step_of
from consultations.suppression import NOWHERE
from portal.adoption.months import WAYS, Month, Part
from portal.adoption.neighbourhoods import Neighbourhood, Reached, Town
from satisfaction.facts import Period
from satisfaction.sentences.periods import period_phrase
from zones.models import ZoneShape
from zones.names import in_language
from zones.paths import zone_path
from zones.reach import FIRST_PUBLICATION

Row = TypeVar("Row", bound=Reached)


@dataclass(frozen=True, slots=True)
class Line(Generic[Row]):
    """A row of the table and a shape of the map; `step` is the class of the map, 0 for none."""

    name: str
    url: str
    is_synthetic: bool
    found: Row
    step: int


def lines_of(rows: Sequence[Row], slug: str, order: Sequence[str]) -> list[Line[Row]]:
    """Rows with names, in the order given."""
    width = width_of(_shares(rows))
    return [
        Line(
            name=in_language(row.shape.zone.names, order),
            url=zone_path(slug, row.zone),
            is_synthetic=row.shape.edition.dataset.is_synthetic,
            found=row,
            step=0 if row.share is None else step_of(row.share, width),
        )
        for row in rows
    ]


def legend_of(rows: Sequence[Reached]) -> list[dict[str, Any]]:
    """Each class of the map in words; none where no share is told."""
    shares = _shares(rows)
    width = width_of(shares)
    steps = range(1, CLASSES + 1) if shares else ()
    return [{"step": one, "words": f"{(one - 1) * width}–{one * width}"} for one in steps]


def width_of(shares: Sequence[float]) -> int:
    """Of a class of the map; a hundred addresses of blocks can hold more than a hundred people."""
    scale = 1
    while max(shares, default=0) > 100 * scale:
        scale *= 10
    return scale * class_width([share / scale for share in shares])


def sentence(town: Town, latest: Month | None) -> str:
    """What stands on top: how many, of how many addresses, and the month that ended last."""
    if town.residents is None:
        return _("Numbers of people are told once %(number)d residents have registered.") % {
            "number": FIRST_PUBLICATION
        }
    words = ngettext(
        "About %(number)s resident has registered, %(share)s for each 100 addresses.",
        "About %(number)s residents have registered, %(share)s for each 100 addresses.",
        town.residents,
    ) % {"number": grouped(town.residents), "share": number_format(town.share or 0, 1)}
    if latest is None or latest.number is None:
        return words
    return f"{words} {_in_month(latest.first, latest.number)}"


def label_of(line: Line[Neighbourhood]) -> str:
    """What the map writes on a shape."""
    share = line.found.share
    return _("too few") if share is None else number_format(share, 1)


def grouped(number: int) -> str:
    """A number as the reader's language groups it."""
    return number_format(number, use_l10n=True, force_grouping=True)


def month_words(first: dt.date) -> str:
    """A month as a row begins with it: “October 2026”."""
    return date_format(first, "YEAR_MONTH_FORMAT")


def zone_rows(month: Month, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Groups of zones of one month, by name."""
    rows = [{"names": _names(part, names), "number": part.number} for part in month.zones]
    return sorted(rows, key=lambda row: str(row["names"]))


def way_rows(month: Month) -> list[dict[str, Any]]:
    """Groups of ways of one month, the web first."""
    words = {"web": _("on the web"), "sign": _("from a sign"), "desk": _("at the desk")}
    return [
        {"names": [words[WAYS[way]] for way in part.members], "number": part.number}
        for part in month.ways
    ]


def names_of(shapes: Iterable[ZoneShape], order: Sequence[str]) -> dict[int, str]:
    """Names of zones, and of what lies in none."""
    named = {shape.zone_id: in_language(shape.zone.names, order) for shape in shapes}
    return {**named, NOWHERE: _("homes in no zone")}


def _names(part: Part, names: Mapping[int, str]) -> list[str]:
    known = sorted(names[zone] for zone in part.members if zone != NOWHERE)
    return [*known, *([names[NOWHERE]] if NOWHERE in part.members else [])]


def _in_month(first: dt.date, number: int) -> str:
    until = (first + dt.timedelta(days=31)).replace(day=1)
    when = period_phrase(Period("month", first, until), get_language() or "en")
    words = ngettext(
        "%(when)s about %(number)s person joined.",
        "%(when)s about %(number)s people joined.",
        number,
    )
    return words % {"when": when, "number": grouped(number)}


def _shares(rows: Iterable[Reached]) -> list[float]:
    return [row.share for row in rows if row.share is not None]
