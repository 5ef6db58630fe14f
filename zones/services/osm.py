"""Loading a whole OpenStreetMap extract into a town, in one transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from django.db import transaction

from accounts.models import User
from zones.importing.osm import BLOCKS, QUARTERS, SETTLEMENTS, Boundary, Extract
from zones.importing.quality import Ground, Level, judge_zones
from zones.importing.rows import Change, KindSpec, Source, ZoneRow
from zones.models import Municipality
from zones.services.editions import EditionOutcome, NewEdition, load_zones
from zones.services.municipalities import to_geos
from zones.services.register import bump, lock
from zones.services.registers import load_addresses, load_places, load_streets
from zones.services.street_areas import derive_street_areas

NEIGHBOURHOOD = KindSpec(
    "neighbourhood",
    {"en": "Neighbourhood", "ro": "Cartier", "bg": "Квартал"},
    plurals={"en": "Neighbourhoods", "ro": "Cartiere", "bg": "Квартали"},
)
SETTLEMENT = KindSpec(
    "settlement",
    {"en": "Settlement", "ro": "Localitate", "bg": "Населено място"},
    plurals={"en": "Settlements", "ro": "Localități", "bg": "Населени места"},
)
BLOCK = KindSpec(
    "city-block",
    {"en": "City block", "ro": "Cvartal", "bg": "Градски блок"},
    plurals={"en": "City blocks", "ro": "Cvartale", "bg": "Градски блокове"},
)


@dataclass(slots=True)
class OsmOutcome:
    """What was done with each part of an extract."""

    streets: Change = field(default_factory=Change)
    addresses: Change = field(default_factory=Change)
    places: Change = field(default_factory=Change)
    zones: dict[str, EditionOutcome] = field(default_factory=dict)
    outline_from: str = ""


@dataclass(frozen=True, slots=True)
class OsmOrder:
    """How an extract is to be loaded.

    Attributes:
        levels: {admin_level: code of a kind of zone, or "" to leave those areas out}; other levels
            become `admin-<level>`.
        valid_from: first day of the zones, civil day of the municipality.
    """

    source: Source
    valid_from: dt.date
    levels: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def load_osm(
    *,
    municipality: Municipality,
    extract: Extract,
    order: OsmOrder,
    now: dt.datetime,
    loaded_by: User | None = None,
) -> OsmOutcome:
    """Load streets, their areas, zones, addresses and places, each only where something is new.

    A town without an outline takes the administrative area that bears its name. The extract is
    the whole of its source: streets, addresses and places it no longer has are removed.
    """
    lock(municipality)
    outcome = OsmOutcome()
    _draw_outline(municipality, extract, outcome)
    for kind, rows in _by_kind(extract, order.levels):
        outcome.zones[kind.code] = load_zones(
            municipality=municipality,
            new=NewEdition(
                kind, rows, order.source, order.valid_from, _judged(municipality, kind, rows)
            ),
            now=now,
            loaded_by=loaded_by,
        )
    outcome.streets = load_streets(
        municipality=municipality, rows=extract.streets, source=order.source, close_missing=True
    )
    outcome.addresses = load_addresses(
        municipality=municipality, rows=extract.addresses, source=order.source, close_missing=True
    )
    outcome.places = load_places(
        municipality=municipality, rows=extract.places, source=order.source, close_missing=True
    )
    outcome.zones["street"] = derive_street_areas(
        municipality=municipality, valid_from=order.valid_from, now=now
    )
    return outcome


def _judged(
    municipality: Municipality, kind: KindSpec, rows: Sequence[ZoneRow]
) -> dict[str, object]:
    """What the quality report says of areas of a map that owes us nothing: told, never refused."""
    outline = municipality.outline
    ground = Ground(
        municipality.metric_srid, None if outline is None else shapely.from_wkb(bytes(outline.wkb))
    )
    findings = judge_zones(
        rows, ground, is_partition=kind.is_partition or kind.code == NEIGHBOURHOOD.code
    )
    told = [finding.as_json() for finding in findings]
    for finding in told:
        if finding["level"] == Level.ERROR:
            finding["level"] = Level.WARNING.value
    return {"features": len(rows), "zones": len(rows), "findings": told}


def _draw_outline(municipality: Municipality, extract: Extract, outcome: OsmOutcome) -> None:
    if municipality.outline is not None:
        return
    found = extract.outline_named(list(municipality.names.values()))
    if found is None:
        return
    municipality.outline = to_geos(found.geometry)
    municipality.save(update_fields=["outline"])
    bump(municipality)
    outcome.outline_from = found.code


def _by_kind(extract: Extract, levels: Mapping[str, str]) -> list[tuple[KindSpec, list[ZoneRow]]]:
    kinds: dict[str, KindSpec] = {}
    rows: dict[str, dict[str, ZoneRow]] = {}
    for boundary in extract.boundaries:
        if levels.get(boundary.admin_level) == "" and boundary.admin_level:
            continue
        kind = _kind(boundary, levels)
        kinds[kind.code] = kind
        rows.setdefault(kind.code, {})[boundary.row.code] = boundary.row
    return [(kinds[code], list(found.values())) for code, found in rows.items()]


def _kind(boundary: Boundary, levels: Mapping[str, str]) -> KindSpec:
    if boundary.admin_level in levels:
        return _named(levels[boundary.admin_level])
    for places, kind in ((QUARTERS, NEIGHBOURHOOD), (SETTLEMENTS, SETTLEMENT), (BLOCKS, BLOCK)):
        if boundary.place in places:
            return kind
    level = boundary.admin_level
    return KindSpec(f"admin-{level}", {"en": f"Administrative area, level {level}"})


def _named(code: str) -> KindSpec:
    for kind in (NEIGHBOURHOOD, SETTLEMENT, BLOCK):
        if kind.code == code:
            return kind
    return KindSpec(code, {"en": code.replace("-", " ").capitalize()})
