"""The areas of the lines of a target area, put together; kept with an area in use. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from zones import plots
from zones.recipes import Op, Recipe


@dataclass(frozen=True)
class Kept:
    """What a shape is put together from, so that it can be done again without the register.

    In metres, because no way into degrees and back is exact to the grid.

    Attributes:
        lines: the area of each line by itself.
        border: of the town; None for a town without.
        spots: addresses for whose sake a tiny part or hole stays.
    """

    lines: tuple[BaseGeometry, ...]
    border: BaseGeometry | None
    spots: BaseGeometry

    def shape(self, recipe: Recipe) -> MultiPolygon:
        """The lines put together, in metres."""
        area = fold(recipe, self.lines)
        if self.border is not None:
            area = plots.areas(shapely.intersection(area, self.border, grid_size=plots.GRID_M))
        return plots.tidy(area, shapely.get_coordinates(self.spots))

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "lines": [json.loads(shapely.to_geojson(line)) for line in self.lines],
            "border": None if self.border is None else json.loads(shapely.to_geojson(self.border)),
            "spots": json.loads(shapely.to_geojson(self.spots)),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Kept":
        """Read what `as_json` gave."""
        border = stored["border"]
        return cls(
            lines=tuple(shapely.from_geojson(json.dumps(line)) for line in stored["lines"]),
            border=None if border is None else shapely.from_geojson(json.dumps(border)),
            spots=shapely.from_geojson(json.dumps(stored["spots"])),
        )


def fold(recipe: Recipe, shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """One line after the other: add, take away, keep what both have. Metric shapes."""
    deeds: dict[Op, Callable[..., BaseGeometry]] = {
        Op.ADD: shapely.union,
        Op.SUBTRACT: shapely.difference,
        Op.KEEP: shapely.intersection,
    }
    area: BaseGeometry = plots.NOTHING
    for line, shape in zip(recipe.lines, shapes, strict=True):
        if not line.muted:
            area = plots.areas(deeds[line.op](area, shape, grid_size=plots.GRID_M))
    return area
