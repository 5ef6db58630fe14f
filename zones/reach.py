"""How many homes and people an area reaches, answered from the published statistic alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from django.contrib.gis.db.models import Collect
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Max
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import project
from geo.roles import acting_as
from zones.models import Address, Municipality, ReachCell
from zones.reach_squares import BASE, LEAST, Square, leaves, owners

#: Before so many have registered, only homes are told.
FIRST_PUBLICATION = 200
#: Two quarters and some days: older numbers are told with their age.
_OLD_DAYS = 190
_PEOPLE = ("residents", "email", "push", "letter")


@dataclass(frozen=True, slots=True)
class Reach:
    """Rounded numbers of an area; None where fewer than ten, or not told, and why."""

    homes: int
    residents: int | None
    email: int | None
    push: int | None
    letter: int | None
    too_few: bool
    why: str


@dataclass(frozen=True, slots=True)
class Squares:
    """The squares of one measure: their numbers, and which one each home of the town belongs to."""

    counts: NDArray[np.float64]
    homes: NDArray[np.float64]
    owner: NDArray[np.int64]

    def answer(self, inside: NDArray[np.int64]) -> tuple[float, int]:
        """Their numbers by the share of homes that lie inside, and how many squares say so."""
        owner = self.owner[inside]
        held = np.bincount(owner[owner >= 0], minlength=self.counts.size)
        share = held / np.maximum(self.homes, 1)
        return float(self.counts @ share), int(np.count_nonzero(held))


@dataclass(frozen=True, slots=True)
class Ground:
    """A town's homes and published squares, ready to be asked."""

    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    measures: dict[str, Squares]
    published_on: dt.date | None

    def told(self, shape: BaseGeometry, on: dt.date) -> Reach:
        """What may be told of a shape: nothing but the squares and the homes goes into it."""
        if shape.is_empty or not self.measures:
            return Reach(0, None, None, None, None, too_few=True, why=_why_empty(self))
        inside = self.inside(shape)
        answers = {name: one.answer(inside) for name, one in self.measures.items()}
        homes = rounded(answers.get("homes", (0.0, 0))[0]) or 0
        people = {name: _told(*answers.get(name, (0.0, 0))) for name in _PEOPLE}
        most = people["residents"]
        for name in ("email", "push", "letter"):
            # Each measure is rounded for itself; more by one way than there are is never told.
            number = people[name]
            people[name] = None if number is None or most is None else min(number, most)
        return Reach(
            homes=homes,
            **people,
            too_few=homes < LEAST or most is None,
            why=_why(self, homes, most, on),
        )

    def inside(self, shape: BaseGeometry) -> NDArray[np.int64]:
        """The homes that a shape covers, its edge included."""
        west, south, east, north = shape.bounds
        near = np.flatnonzero(
            (self.longitude >= west)
            & (self.longitude <= east)
            & (self.latitude >= south)
            & (self.latitude <= north)
        )
        shapely.prepare(shape)
        covered = shapely.intersects_xy(shape, self.longitude[near], self.latitude[near])
        found: NDArray[np.int64] = near[covered]
        return found


def estimate(geometry: GEOSGeometry, municipality: Municipality, on: dt.date) -> Reach:
    """Tell how many an area reaches, as the published squares and the public register say it.

    The number of each square is spread over the addresses in it; the answer is the sum over the
    addresses that the shape covers. So it is the same wherever anybody lives, as long as the
    published squares are the same. It runs under a role that may read nothing else.

    Args:
        geometry: the area, EPSG:4326.
        municipality: the town whose register and squares are meant.
        on: civil day of the question, by which old numbers are told to be old.
    """
    return estimates([geometry], municipality, on)[0]


def estimates(
    geometries: Iterable[GEOSGeometry], municipality: Municipality, on: dt.date
) -> list[Reach]:
    """The same for several areas, each for itself; as many queries as for one."""
    with acting_as("reach"):
        ground = _ground(municipality)
    return [ground.told(shapely.from_wkb(bytes(one.wkb)), on) for one in geometries]


def rounded(number: float) -> int | None:
    """To five, and to ten from a thousand on; None below ten."""
    step = BASE if number < 1000 else 2 * BASE
    near = int(number / step + 0.5) * step
    return near if number >= LEAST else None


def as_words(reach: Reach) -> str:
    """The reach in whole sentences, in the language of the reader."""
    sentences = [_homes_in_words(reach.homes)]
    if reach.residents is not None:
        sentences.append(
            ngettext(
                "About %(number)s registered resident.",
                "About %(number)s registered residents.",
                reach.residents,
            )
            % {"number": _grouped(reach.residents)}
        )
        sentences.append(
            _("By e-mail: %(email)s. By message on the phone: %(push)s. By letter: %(letter)s.")
            % {name: _or_few(getattr(reach, name)) for name in ("email", "push", "letter")}
        )
    if reach.why:
        sentences.append(reach.why)
    return " ".join(sentences)


def _told(number: float, squares: int) -> int | None:
    return rounded(number) if squares >= 2 else None


def _homes_in_words(homes: int) -> str:
    if homes < LEAST:
        return _("Fewer than 10 homes.")
    words = ngettext("About %(number)s home.", "About %(number)s homes.", homes)
    return words % {"number": _grouped(homes)}


def _or_few(number: int | None) -> str:
    return _("fewer than 10") if number is None else _grouped(number)


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def _why_empty(ground: Ground) -> str:
    if not ground.measures:
        return _("The homes of the town have not been counted yet. They are counted every night.")
    return _("The area is empty. Draw it, or choose streets or neighbourhoods.")


def _why(ground: Ground, homes: int, residents: int | None, on: dt.date) -> str:
    if "residents" not in ground.measures:
        return _(
            "People are counted once %(number)d residents have registered in the town, so that no "
            "number tells of a single person. Until then only homes are told."
        ) % {"number": FIRST_PUBLICATION}
    if residents is None or homes < LEAST:
        return _(
            "The area is too small to tell how many registered residents it reaches. So small a "
            "number could tell who lives where."
        )
    if ground.published_on and (on - ground.published_on).days > _OLD_DAYS:
        return _("The numbers were last counted on %(date)s.") % {
            "date": ground.published_on.isoformat()
        }
    return ""


def _ground(municipality: Municipality) -> Ground:
    version = Municipality.objects.filter(pk=municipality.pk).aggregate(
        register=Max("register_version"), squares=Max("reach_cells__pk")
    )
    return _load(municipality.pk, municipality.metric_srid, version["register"], version["squares"])


@lru_cache(maxsize=8)
def _load(
    municipality: int, metric_srid: int, _register: int | None, _squares: int | None
) -> Ground:
    """Read a town once for each version of its register and each publication of squares."""
    cells = list(
        ReachCell.objects.filter(municipality=municipality)
        .order_by("measure", "level", "column", "row")
        .values_list("measure", "level", "column", "row", "count", "published_on")
    )
    homes = Address.objects.filter(municipality=municipality).aggregate(at=Collect("location"))
    if homes["at"] is None:
        nothing = np.zeros(0)
        return Ground(nothing, nothing, {}, None)
    points = np.array([shapely.from_wkb(bytes(homes["at"].wkb))], dtype=object)
    degrees = shapely.get_coordinates(points)
    metres = shapely.get_coordinates(project(points, metric_srid))
    column, row = leaves(metres[:, 0], metres[:, 1])
    measures = {
        name: _squares_of([one[1:5] for one in cells if one[0] == name], column, row)
        for name in dict.fromkeys(one[0] for one in cells)
    }
    newest = max((one[5] for one in cells if one[0] == "residents"), default=None)
    return Ground(
        np.ascontiguousarray(degrees[:, 0]), np.ascontiguousarray(degrees[:, 1]), measures, newest
    )


def _squares_of(
    cells: list[tuple[int, int, int, int]], column: NDArray[np.int64], row: NDArray[np.int64]
) -> Squares:
    squares = [Square(*one[:3]) for one in cells]
    owner = owners(column, row, squares)
    held = np.bincount(owner[owner >= 0], minlength=len(squares)).astype(np.float64)
    return Squares(np.array([one[3] for one in cells], dtype=np.float64), held, owner)
