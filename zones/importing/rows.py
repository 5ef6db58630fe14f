"""What an import hands on: plain rows with the line they came from; no files, no ORM."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry import MultiLineString, MultiPolygon, Point

Names = Mapping[str, str]
"""{language code: text}."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows came from and under which licence they may be used."""

    source: str
    licence: str
    attribution: str = ""
    url: str = ""
    dated_on: dt.date | None = None
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class KindSpec:
    """A kind of zone to load into: its code, its names, whether its zones may not overlap.

    Without `plurals` the ones the town already has are kept.
    """

    code: str
    names: Names
    is_partition: bool = False
    plurals: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone of a file; `line` counts its features from 1."""

    line: int
    code: str
    names: Names
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class StreetRow:
    """One street; the axis is missing where nobody measured it."""

    line: int
    code: str
    names: Names
    type_code: str = ""
    variants: tuple[str, ...] = ()
    locality: str = ""
    axis: MultiLineString | None = None


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One address in the parts of ISO 19160; `source_key` is stable at the source."""

    line: int
    source_key: str
    location: Point
    thoroughfare: str = ""
    address_number: str = ""
    block: str = ""
    entrance: str = ""
    quarter: str = ""
    locality: str = ""
    postal_code: str = ""
    position_quality: str = "surveyed"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One named point."""

    line: int
    source_key: str
    names: Names
    kind: str
    location: Point
    position_quality: str = "surveyed"


@dataclass(frozen=True, slots=True)
class PostalRow:
    """One row of a postal nomenclature: a street, its numbers as printed, and the code."""

    line: int
    street: str
    numbers: str
    postal_code: str
    locality: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, with its line and a sentence that says why."""

    line: int
    reason: str


@dataclass(slots=True)
class Change:
    """How many rows a load added, changed, took away and left alone."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def wrote(self) -> bool:
        """Whether anything in the register is different now."""
        return bool(self.added or self.changed or self.removed)
