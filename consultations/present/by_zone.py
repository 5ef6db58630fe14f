"""A vote by zone as page and files show it: words, percentages, classes of the map."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.services.by_zone import UNTOLD, ByZone, Zones
from consultations.suppression import NOWHERE, Group
from satisfaction.statistics.shares import wilson
from zones.models import ZoneShape
from zones.names import in_language

#: Where one class of the map ends and the next begins, in steps of a round number of percent.
CLASSES = 5
_ROUND = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)


@dataclass(frozen=True, slots=True)
class Percent:
    """A share in percent with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, part: int, whole: int) -> "Percent":
        """Of a part of a whole."""
        share = wilson(part, whole)
        return cls(*(round(100 * float(one), 1) for one in (share.share, share.low, share.high)))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table and a shape of the map.

    Attributes:
        share: of those who could vote how many did, or of the ballots how many name the project
            that was asked for; nothing where there are too few.
        votes: for the project that was asked for; nothing where there are too few.
        step: the class of the map from 1 on; 0 where nothing is told.
    """

    zones: Zones
    names: Sequence[str]
    took_part: int | None
    residents: int | None
    turnout: Percent | None
    ballots: int | None
    votes: int | None
    share: Percent | None
    step: int = 0


def lines_of(found: ByZone, code: str, order: Sequence[str]) -> list[Line]:
    """A line for each group, and one for ballots that name no zone; `code` may be empty.

    Args:
        order: languages of the town.
    """
    lines = [_line(found, group, code, order) for group in found.groups]
    lines.sort(key=lambda line: tuple(line.names))
    if UNTOLD in found.ballots and len(found.ballots) > 1:
        votes = found.table.cells.get((UNTOLD, code)) if code else None
        ballots = found.ballots[UNTOLD]
        share = None if votes is None else Percent.of(votes, ballots)
        named = [_("Ballots that name no zone")]
        lines.append(Line(UNTOLD, named, None, None, None, ballots, votes, share))
    shares = [(line.share if code else line.turnout) for line in lines]
    width = class_width([one.value for one in shares if one])
    return [
        replace(line, step=step_of(share.value, width) if share else 0)
        for line, share in zip(lines, shares, strict=True)
    ]


def _line(found: ByZone, group: Group, code: str, order: Sequence[str]) -> Line:
    votes = found.table.cells.get((group.zones, code)) if code else None
    ballots = found.ballots.get(group.zones)
    took_part = found.took_part.get(group.zones)
    return Line(
        zones=group.zones,
        names=names_of(found, group.zones, order),
        took_part=took_part,
        residents=group.residents,
        turnout=Percent.of(took_part, group.residents) if took_part and group.residents else None,
        ballots=ballots,
        votes=votes,
        share=Percent.of(votes, ballots) if votes is not None and ballots else None,
    )


def names_of(found: ByZone, zones: Zones, order: Sequence[str]) -> list[str]:
    """The zones of a group by name; homes in no zone come last."""
    known = (found.zones[zone] for zone in zones if zone in found.zones)
    names = sorted(in_language(zone.names, order) for zone in known)
    return [*names, *([_("homes in no zone")] if NOWHERE in zones else [])]


def class_width(values: Sequence[float]) -> int:
    """How many percent a class of the map holds, so that five hold all of them."""
    return next((one for one in _ROUND if CLASSES * one >= max(values, default=0)), _ROUND[-1])


def step_of(value: float, width: int) -> int:
    """The class of a share; its upper end belongs to the next, that of the last to itself."""
    return min(int(value // width) + 1, CLASSES)


def legend_of(lines: Sequence[Line], *, is_turnout: bool) -> list[dict[str, Any]]:
    """Each class of the map in words."""
    shares = [line.turnout if is_turnout else line.share for line in lines]
    told = [one.value for one in shares if one]
    width = class_width(told)
    return [
        {"step": step, "words": f"{(step - 1) * width}-{step * width} %".replace("-", "–")}
        for step in range(1, CLASSES + 1)
        if told
    ]


def choices_of(found: ByZone) -> list[dict[str, Any]]:
    """Each project in the town: votes, raw and weighted share in percent."""
    return [
        {
            "code": one.project.code,
            "name": in_language(one.project.names),
            "votes": one.votes,
            "raw": round(100 * one.raw, 1),
            "weighted": round(100 * one.weighted, 1),
            "difference": round(100 * (one.weighted - one.raw), 1),
        }
        for one in found.choices
    ]


def crossed(found: ByZone, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Every project in every row: the whole table that is published."""
    codes = [one.project.code for one in found.choices]
    return [
        {
            "names": line.names,
            "ballots": line.ballots,
            "cells": [found.table.cells.get((line.zones, code)) for code in codes],
        }
        for line in lines
        if line.zones in found.ballots
    ]


def shapes_of(lines: Sequence[Line]) -> dict[Zones, str]:
    """The ground of each row as GeoJSON, one query; rows without a shape are left out."""
    zones = [zone for line in lines for zone in line.zones]
    rows = ZoneShape.objects.filter(zone_id__in=zones).current()
    drawn = {row.zone_id: bytes(row.geometry.wkb) for row in rows}
    found = {}
    for line in lines:
        parts = shapely.from_wkb([drawn[zone] for zone in line.zones if zone in drawn])
        if len(parts):
            whole = shapely.set_precision(shapely.union_all(np.asarray(parts)), 1e-6)
            found[line.zones] = shapely.to_geojson(whole)
    return found


def label_of(line: Line, *, is_turnout: bool) -> str:
    """What the map writes on a shape and says of it."""
    share = line.turnout if is_turnout else line.share
    return _("too few") if share is None else f"{share.value:g} %"


def left_out_words(found: ByZone) -> str:
    """How many cells of the table say nothing."""
    number = found.table.left_out
    if not number:
        return ""
    return ngettext("%(number)d figure is left out", "%(number)d figures are left out", number) % {
        "number": number
    }
