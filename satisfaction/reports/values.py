"""What a report map is made of: plain values, so that a map never asks the database."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Geometry = Mapping[str, Any]  # a GeoJSON geometry, EPSG:4326
Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True)
class About:
    """What stands around every map: nothing leaves the house without it."""

    town: str
    language: str
    period: str
    votes: int
    places: int
    method: str
    licence: str
    code: str
    is_synthetic: bool
    #: The day before which nobody outside may see it; None once everybody may.
    public_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as it is drawn."""

    key: str
    name: str
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under every map: the town and its zones, instead of tiles from elsewhere."""

    bounds: Bounds
    outline: Geometry | None
    zones: Sequence[Zone]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its released votes."""

    name: str
    longitude: float
    latitude: float
    votes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The score of a zone; without a score there were too few votes, and no number is shown."""

    votes: int
    score: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One period of a map through time."""

    label: str
    readings: Mapping[str, Reading] = field(default_factory=dict)
