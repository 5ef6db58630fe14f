"""Loads a town's register into memory for address search, and notices when it has changed."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import FloatField, Func

from geo.matching import (
    AddressRecord,
    AreaKind,
    AreaRecord,
    Gazetteer,
    StreetRecord,
    bare_name,
    street_type_code,
)
from zones.geocoder.nearest import NearestIndex
from zones.models import Address, Municipality, Place, Street, ZoneKind, ZoneShape

_LANGUAGES = ("ro", "bg")
_CHECK_EVERY_SECONDS = 0.5
_SETTLEMENTS = frozenset({"settlement", "city", "town", "village", "hamlet", "locality"})
_QUARTERS = frozenset({"neighbourhood", "quarter", "suburb"})


class _X(Func):
    function = "ST_X"
    output_field = FloatField()


class _Y(Func):
    function = "ST_Y"
    output_field = FloatField()


@dataclass(frozen=True)
class RegisterIndex:
    """One town's streets, addresses, quarters, settlements and places at one register version."""

    version: int
    gazetteer: Gazetteer
    street_names: dict[int, dict[str, str]]
    area_names: dict[int, dict[str, str]]
    languages: tuple[str, ...]
    metric_srid: int

    @cached_property
    def addresses(self) -> dict[int, AddressRecord]:
        """Addresses by id."""
        return {address.id: address for address in self.gazetteer.addresses}

    @cached_property
    def nearest(self) -> NearestIndex:
        """Nearest address or street axis in metres; built at the first reverse question."""
        return NearestIndex(
            self.gazetteer.addresses, self.gazetteer.streets.values(), self.metric_srid
        )


@dataclass(slots=True)
class _Held:
    index: RegisterIndex | None = None
    checked_at: float = 0.0
    building: threading.Lock = field(default_factory=threading.Lock)


class RegisterCache:
    """The indexes of this process, each checked against the database twice a second at most.

    While one thread rebuilds an index, others are answered from the one before.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[int, _Held] = defaultdict(_Held)

    def index_of(self, municipality: Municipality) -> RegisterIndex:
        """The town's index at the register version of at most half a second ago."""
        held = self._held[municipality.pk]
        now = self._clock()
        if held.index is not None and now - held.checked_at < _CHECK_EVERY_SECONDS:
            return held.index
        version = _version_of(municipality)
        if held.index is not None and held.index.version == version:
            held.checked_at = now
            return held.index
        return self._rebuilt(municipality, held, now)

    def _rebuilt(self, municipality: Municipality, held: _Held, now: float) -> RegisterIndex:
        if not held.building.acquire(blocking=held.index is None):
            return held.index or self.index_of(municipality)
        try:
            # Read before the rows: rows that change meanwhile raise it again, and we load again.
            version = _version_of(municipality)
            if held.index is None or held.index.version != version:
                held.index = load_index(municipality, version)
            held.checked_at = now
            return held.index
        finally:
            held.building.release()


def _version_of(municipality: Municipality) -> int:
    return Municipality.objects.values_list("register_version", flat=True).get(pk=municipality.pk)


def load_index(municipality: Municipality, version: int) -> RegisterIndex:
    """Read the register of a town in five queries."""
    languages = tuple(municipality.languages)
    language = next((code for code in languages if code in _LANGUAGES), "en")
    streets, street_names = _streets(municipality, language)
    addresses = list(_addresses(municipality))
    areas = list(_areas(municipality, addresses, language))
    records = [area for area, _names in areas]
    return RegisterIndex(
        version=version,
        gazetteer=Gazetteer(language, streets=streets, addresses=addresses, areas=records),
        street_names=street_names,
        area_names={area.id: names for area, names in areas},
        languages=languages,
        metric_srid=municipality.metric_srid,
    )


def _streets(
    municipality: Municipality, language: str
) -> tuple[list[StreetRecord], dict[int, dict[str, str]]]:
    rows = Street.objects.filter(municipality=municipality).values_list(
        "pk", "names", "variants", "type_code", "locality", "axis"
    )
    records, names_by_id = [], {}
    for pk, names, variants, type_code, locality, axis in rows:
        names_by_id[pk] = names
        records.append(
            StreetRecord(
                pk,
                [*names.values(), *variants],
                type_code=street_type_code(type_code, language) or type_code,
                locality=locality,
                axis=shapely.from_wkb(bytes(axis.wkb)) if axis else None,
            )
        )
    return records, names_by_id


def _addresses(municipality: Municipality) -> Iterator[AddressRecord]:
    rows = Address.objects.filter(municipality=municipality).values_list(
        "pk",
        _X("location"),
        _Y("location"),
        "street_id",
        "address_number",
        "block",
        "entrance",
        "quarter",
        "locality",
        "postal_code",
        "position_quality",
    )
    return (AddressRecord(*row) for row in rows.iterator(chunk_size=10_000))


def _areas(
    municipality: Municipality, addresses: Iterable[AddressRecord], language: str
) -> Iterator[tuple[AreaRecord, dict[str, str]]]:
    """Settlements, quarters and places, numbered through; the town itself is the main one.

    A place comes before a zone of the same name: the middle of a village is its centre, not the
    middle of its fields.
    """

    def bare(names: dict[str, str]) -> set[str]:
        words = (bare_name(name, language) for name in names.values())
        return {" ".join(word.text for word in each) for each in words}

    main = bare(municipality.names)
    known: set[str] = set()
    rows = [*_places(municipality), *_zones(municipality), *_quarters(addresses, language)]
    rows.sort(key=lambda row: row[0] is not AreaKind.SETTLEMENT)
    for number, (kind, names, longitude, latitude) in enumerate(rows):
        spellings = bare(names)
        if kind is AreaKind.PLACE:
            # Two sources often tell of one school: the same name within about 100 m.
            spellings = {f"{name} {longitude:.3f} {latitude:.3f}" for name in spellings}
        if spellings & known:
            continue
        known |= spellings
        is_main = kind is AreaKind.SETTLEMENT and bool(spellings & main)
        record = AreaRecord(number, kind, list(names.values()), longitude, latitude, is_main)
        yield record, names
    if not known & main:
        outline = municipality.outline
        centre = outline.point_on_surface if outline else None
        longitude, latitude = (centre.x, centre.y) if centre else (float("nan"), float("nan"))
        names = municipality.names
        kind = AreaKind.SETTLEMENT
        record = AreaRecord(len(rows), kind, list(names.values()), longitude, latitude, True)
        yield record, names


_Row = tuple[AreaKind, dict[str, str], float, float]


def _zones(municipality: Municipality) -> Iterator[_Row]:
    rows = (
        ZoneShape.objects.in_municipality(municipality)
        .current()
        .exclude(zone__kind__code=ZoneKind.STREET)
        .annotate(inside=PointOnSurface("geometry"))
        .order_by("zone_id")
        .values_list("zone__kind__code", "zone__names", "inside")
    )
    for code, names, inside in rows:
        kind = AreaKind.SETTLEMENT if code in _SETTLEMENTS else AreaKind.QUARTER
        yield kind, names, inside.x, inside.y


def _places(municipality: Municipality) -> Iterator[_Row]:
    rows = Place.objects.filter(municipality=municipality).order_by("pk")
    for kind, names, location in rows.values_list("kind", "names", "location"):
        area = AreaKind.PLACE
        if kind in _SETTLEMENTS:
            area = AreaKind.SETTLEMENT
        elif kind in _QUARTERS:
            area = AreaKind.QUARTER
        yield area, names, location.x, location.y


def _quarters(addresses: Iterable[AddressRecord], language: str) -> Iterator[_Row]:
    """Quarters that only addresses name, at the middle of those addresses."""
    points: dict[str, list[AddressRecord]] = defaultdict(list)
    for address in addresses:
        if address.quarter:
            points[address.quarter].append(address)
    for name, members in sorted(points.items()):
        longitude = sum(member.longitude for member in members) / len(members)
        latitude = sum(member.latitude for member in members) / len(members)
        yield AreaKind.QUARTER, {language: name}, longitude, latitude
