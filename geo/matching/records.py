"""What a gazetteer is told and what it answers; plain records, no models, no search."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry


class Precision(StrEnum):
    """How exactly an answer's point stands for what was asked, finest first."""

    ADDRESS = "address"
    INTERPOLATED = "interpolated"
    STREET = "street"
    BLOCK = "block"
    QUARTER = "quarter"
    SETTLEMENT = "settlement"


class Quality(StrEnum):
    """How a registered address got its point."""

    SURVEYED = "surveyed"
    INTERPOLATED = "interpolated"
    CENTROID = "centroid"


class AreaKind(StrEnum):
    """Named things that are neither street nor address."""

    QUARTER = "quarter"
    SETTLEMENT = "settlement"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class StreetRecord:
    """A street: every spelling of its name (type word first), and its axis in EPSG:4326.

    An empty locality means the main settlement.
    """

    id: int
    names: Sequence[str]
    type_code: str = ""
    locality: str = ""
    axis: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """A registered address with its point in EPSG:4326."""

    id: int
    longitude: float
    latitude: float
    street_id: int | None = None
    number: str = ""
    block: str = ""
    entrance: str = ""
    quarter: str = ""
    locality: str = ""
    postal_code: str = ""
    quality: str = Quality.SURVEYED


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """A quarter, settlement or place, with the point that stands for it in EPSG:4326.

    `is_main` marks the settlement whose streets carry no locality of their own.
    """

    id: int
    kind: AreaKind
    names: Sequence[str]
    longitude: float
    latitude: float
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer. `asked_number` is the typed number when the point is not a registered address;
    `beside` the known numbers of its side below and above it;
    `block_address_id` any address of the block when the block as a whole is the answer.

    `score` is 0..1: likeness of the name, less 0.06 for another street type than the typed one,
    times 1 for what was asked, 0.95 for an interpolated number, 0.8 for the street alone where a
    number was asked. `is_ambiguous` marks answers nothing in the question tells apart.
    """

    precision: Precision
    score: float
    longitude: float
    latitude: float
    street_id: int | None = None
    address_id: int | None = None
    block_address_id: int | None = None
    area: AreaRecord | None = None
    asked_number: str = ""
    beside: tuple[int | None, int | None] = (None, None)
    is_ambiguous: bool = False
