"""Loading streets, addresses, postal ranges and places; each load says what it changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import models, transaction
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID
from zones.importing.rows import AddressRow, Change, PlaceRow, Source, StreetRow
from zones.models import Address, Dataset, Municipality, Place, Street
from zones.services.datasets import dataset_for
from zones.services.register import bump, lock
from zones.services.street_names import StreetNames

BATCH = 2000

Row = TypeVar("Row", Street, Address, Place)
Progress = Callable[[int], object]


def geos(geometry: BaseGeometry | None) -> GEOSGeometry | None:
    """A shapely geometry in EPSG:4326 as the database layer wants it."""
    if geometry is None:
        return None
    if isinstance(geometry, shapely.Point):
        return Point(geometry.x, geometry.y, srid=STORAGE_SRID)
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=STORAGE_SRID)


@transaction.atomic
def load_streets(
    *,
    municipality: Municipality,
    rows: Sequence[StreetRow],
    source: Source,
    close_missing: bool = False,
) -> Change:
    """Bring the streets of one source up to date by their codes.

    Args:
        close_missing: also remove streets of the same source that `rows` no longer has.
    """
    lock(municipality)
    dataset = dataset_for(municipality, source)
    wanted = {
        row.code: {
            "names": dict(row.names),
            "type_code": row.type_code,
            "variants": list(row.variants),
            "locality": row.locality,
            "axis": geos(row.axis),
            "dataset_id": dataset.pk,
        }
        for row in rows
    }
    standing = {row.code: row for row in Street.objects.in_municipality(municipality)}
    change = _write(Street, "code", municipality, standing, wanted)
    if close_missing:
        change.removed = _remove(standing, wanted, dataset)
    if change.wrote:
        _link_addresses(municipality)
        bump(municipality)
    return change


@transaction.atomic
def load_addresses(
    *,
    municipality: Municipality,
    rows: Sequence[AddressRow],
    source: Source,
    close_missing: bool = False,
    progress: Progress | None = None,
) -> Change:
    """Bring the addresses of one source up to date by their keys and link them to their streets.

    An address belongs to the street it names, by exact normalised name; one that names no street
    of the register keeps its text and no link.
    """
    lock(municipality)
    dataset = dataset_for(municipality, source)
    names = StreetNames.of(municipality)
    wanted = {
        row.source_key: {
            "street_id": names.find(row.thoroughfare, row.locality),
            "thoroughfare": row.thoroughfare,
            "address_number": row.address_number,
            "block": row.block,
            "entrance": row.entrance,
            "quarter": row.quarter,
            "locality": row.locality,
            "postal_code": row.postal_code,
            "location": geos(row.location),
            "position_quality": row.position_quality,
            "dataset_id": dataset.pk,
        }
        for row in rows
    }
    standing = {row.source_key: row for row in Address.objects.in_municipality(municipality)}
    change = _write(Address, "source_key", municipality, standing, wanted, progress)
    if close_missing:
        change.removed = _remove(standing, wanted, dataset)
    if change.wrote:
        bump(municipality)
    return change


@transaction.atomic
def load_places(
    *,
    municipality: Municipality,
    rows: Sequence[PlaceRow],
    source: Source,
    close_missing: bool = False,
) -> Change:
    """Bring the places of one source up to date by their keys."""
    lock(municipality)
    dataset = dataset_for(municipality, source)
    wanted = {
        row.source_key: {
            "names": dict(row.names),
            "kind": row.kind,
            "location": geos(row.location),
            "position_quality": row.position_quality,
            "dataset_id": dataset.pk,
        }
        for row in rows
    }
    standing = {row.source_key: row for row in Place.objects.in_municipality(municipality)}
    change = _write(Place, "source_key", municipality, standing, wanted)
    if close_missing:
        change.removed = _remove(standing, wanted, dataset)
    if change.wrote:
        bump(municipality)
    return change


def _write(
    model: type[Row],
    key: str,
    municipality: Municipality,
    standing: Mapping[str, Row],
    wanted: Mapping[str, dict[str, Any]],
    progress: Progress | None = None,
) -> Change:
    """Create what is new, update what differs, and count; rows with other keys stay."""
    change = Change()
    fresh: list[Row] = []
    stale: list[Row] = []
    for code, facts in wanted.items():
        row = standing.get(code)
        if row is None:
            fresh.append(model(municipality=municipality, **{key: code}, **facts))
        elif _differs(row, facts):
            stale.append(row)
    names = list(next(iter(wanted.values()), {}))
    manager: models.Manager[Any] = model._default_manager
    for batch in _batches(fresh):
        manager.bulk_create(batch)
        _tell(progress, len(batch))
    for batch in _batches(stale):
        manager.bulk_update(batch, names)
        _tell(progress, len(batch))
    change.added, change.changed = len(fresh), len(stale)
    change.unchanged = len(wanted) - len(fresh) - len(stale)
    _tell(progress, change.unchanged)
    return change


def _differs(row: Street | Address | Place, facts: Mapping[str, Any]) -> bool:
    """Set the wanted facts on the row and say whether any of them is new."""
    changed = False
    for name, value in facts.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _remove(standing: Mapping[str, Row], wanted: Iterable[str], dataset: Dataset) -> int:
    kept = set(wanted)
    gone = [row for code, row in standing.items() if code not in kept]
    gone = [row for row in gone if row.dataset_id == dataset.pk]
    for row in gone:
        row.delete()
    return len(gone)


def _batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _tell(progress: Progress | None, count: int) -> None:
    if progress is not None and count:
        progress(count)


def _link_addresses(municipality: Municipality) -> None:
    """Look again which street each address names, since the streets are others now."""
    names = StreetNames.of(municipality)
    addresses = Address.objects.in_municipality(municipality).exclude(thoroughfare="")
    moved = []
    for address in addresses.only("thoroughfare", "locality", "street_id"):
        street_id = names.find(address.thoroughfare, address.locality)
        if street_id != address.street_id:
            address.street_id = street_id
            moved.append(address)
    for batch in _batches(moved):
        Address.objects.bulk_update(batch, ["street"])
