"""What address search tells pages, the API and commands, with labels in the reader's language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from geo.matching import AddressRecord, Hit, Precision, parse_number
from zones.geocoder.nearest import Nearest
from zones.geocoder.register_index import RegisterIndex
from zones.labels import label_from_parts
from zones.names import in_language


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an address lies (EPSG:4326) and how exactly.

    `kind` says what was found, as in a Suggestion. `beside` are the known house numbers below and
    above an interpolated one.
    `score` is 0..1 (see docs/geocoder.md). Answers with `ambiguous` are equally good: show them.
    """

    label: str
    longitude: float
    latitude: float
    precision: Precision
    score: float
    street_id: int | None = None
    address_id: int | None = None
    ambiguous: bool = False
    distance_m: float | None = None
    locality: str = ""
    postal_code: str = ""
    beside: tuple[int | None, int | None] = (None, None)
    kind: str = "address"

    def as_dict(self) -> dict[str, Any]:
        """The answer in values that JSON knows."""
        return {**asdict(self), "precision": self.precision.value}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something the typed text may become; the point is missing for a street without any."""

    label: str
    kind: str
    street_id: int | None
    address_id: int | None
    longitude: float | None
    latitude: float | None
    precision: Precision
    score: float


def answer_of(index: RegisterIndex, hit: Hit) -> Answer:
    """A hit of the gazetteer as an answer."""
    address = _address(index, hit)
    street = index.gazetteer.streets.get(hit.street_id) if hit.street_id is not None else None
    return Answer(
        label=_label(index, hit),
        longitude=hit.longitude,
        latitude=hit.latitude,
        precision=hit.precision,
        score=round(hit.score, 3),
        street_id=hit.street_id,
        address_id=hit.address_id,
        ambiguous=hit.is_ambiguous,
        locality=address.locality if address else (street.locality if street else ""),
        postal_code=address.postal_code if address else "",
        beside=hit.beside,
        kind=_kind(hit),
    )


def suggestion_of(index: RegisterIndex, hit: Hit) -> Suggestion:
    """A hit of the gazetteer as a suggestion."""
    nowhere = isnan(hit.longitude)
    return Suggestion(
        label=_label(index, hit),
        kind=_kind(hit),
        street_id=hit.street_id,
        address_id=hit.address_id,
        longitude=None if nowhere else hit.longitude,
        latitude=None if nowhere else hit.latitude,
        precision=hit.precision,
        score=round(hit.score, 3),
    )


def nearest_answer(index: RegisterIndex, nearest: Nearest) -> Answer:
    """What lies nearest to a point, as an answer with its distance."""
    address = nearest.address
    if address is None:
        return Answer(
            label=_street_name(index, nearest.street_id),
            longitude=nearest.longitude,
            latitude=nearest.latitude,
            precision=Precision.STREET,
            score=1.0,
            street_id=nearest.street_id,
            kind="street",
            distance_m=round(nearest.distance_m, 1),
        )
    return Answer(
        label=_address_label(index, address),
        longitude=address.longitude,
        latitude=address.latitude,
        precision=Precision(address.quality.replace("surveyed", "address")),
        score=1.0,
        street_id=address.street_id,
        address_id=address.id,
        distance_m=round(nearest.distance_m, 1),
        locality=address.locality,
        postal_code=address.postal_code,
    )


def _kind(hit: Hit) -> str:
    if hit.area is not None:
        return hit.area.kind.value
    if hit.precision is Precision.BLOCK or hit.block_address_id is not None:
        return "block"
    named = hit.address_id is not None or hit.asked_number
    return "address" if named else "street"


def _address(index: RegisterIndex, hit: Hit) -> AddressRecord | None:
    known = hit.address_id if hit.address_id is not None else hit.block_address_id
    return index.addresses.get(known) if known is not None else None


def _label(index: RegisterIndex, hit: Hit) -> str:
    if hit.area is not None:
        names = index.area_names[hit.area.id]
        return in_language(names, index.languages)
    address = _address(index, hit)
    if address is not None:
        whole_block = hit.address_id is None
        return _address_label(index, address, with_entrance=not whole_block)
    name = _street_name(index, hit.street_id)
    # The number a person typed is repeated only where a point was found for it.
    if hit.precision is Precision.INTERPOLATED and parse_number(hit.asked_number):
        name = f"{name} {hit.asked_number.upper()}"
    return _with_locality(index, name, hit.street_id)


def _street_name(index: RegisterIndex, street_id: int | None) -> str:
    names = index.street_names.get(street_id, {}) if street_id is not None else {}
    return in_language(names, index.languages)


def _with_locality(index: RegisterIndex, name: str, street_id: int | None) -> str:
    street = index.gazetteer.streets.get(street_id) if street_id is not None else None
    locality = _told_locality(index, street.locality) if street else ""
    return f"{name}, {locality}" if locality else name


def _told_locality(index: RegisterIndex, locality: str) -> str:
    """The settlement as a label says it: the main one goes without saying."""
    return "" if index.gazetteer.settlements.is_main(locality) else locality


def _address_label(
    index: RegisterIndex, address: AddressRecord, *, with_entrance: bool = True
) -> str:
    street = _street_name(index, address.street_id)
    return label_from_parts(
        street=street,
        address_number=address.number,
        block=address.block,
        entrance=address.entrance if with_entrance else "",
        quarter="" if street else address.quarter,
        locality=_told_locality(index, address.locality),
    )
