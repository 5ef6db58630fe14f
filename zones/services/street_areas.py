"""Giving streets their areas, so that a place without an address has a street too."""

import datetime as dt

import numpy as np
import shapely
from django.db import transaction
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from geo.crs import project, unproject
from zones.importing.fields import as_multipolygon
from zones.importing.rows import KindSpec, Source, ZoneRow
from zones.importing.street_areas import nearest_areas
from zones.models import Address, Municipality, Street, Zone, ZoneKind
from zones.services.editions import EditionOutcome, NewEdition, load_zones

REACH_M = 40.0
"""How far from its axis a street answers for a place, in metres."""

STREETS = KindSpec(ZoneKind.STREET, {"en": "Street", "ro": "Stradă", "bg": "Улица"})
LEAST_ADDRESSES = 2


@transaction.atomic
def derive_street_areas(
    *,
    municipality: Municipality,
    valid_from: dt.date,
    now: dt.datetime,
    reach_m: float = REACH_M,
) -> EditionOutcome:
    """Make an edition of street areas by the rule of the nearest axis and link the streets to it.

    The seed of a street is its axis; without one, the located addresses that name it, when they
    are two or more at different points (centroids do not count). See
    zones.importing.street_areas for the rule itself.
    """
    streets = list(
        Street.objects.in_municipality(municipality).select_related("dataset").order_by("code")
    )
    seeds = _seeds(municipality, streets)
    used = [street for street in streets if street.pk in seeds]
    if not used:
        return EditionOutcome()
    srid = municipality.metric_srid
    outline = _outline(municipality)
    areas = nearest_areas(
        list(project(_array([seeds[street.pk] for street in used]), srid)),
        reach_m=reach_m,
        outline=project(_array([outline]), srid)[0] if outline is not None else None,
    )
    rows = [
        ZoneRow(line, street.code, street.names, whole)
        for line, (street, area) in enumerate(zip(used, areas, strict=True), start=1)
        if area is not None
        and (whole := as_multipolygon(unproject(_array([area]), srid)[0])) is not None
    ]
    outcome = load_zones(
        municipality=municipality,
        new=NewEdition(STREETS, rows, _source(used, reach_m), valid_from),
        now=now,
    )
    _link(municipality, streets)
    return outcome


def _seeds(municipality: Municipality, streets: list[Street]) -> dict[int, BaseGeometry]:
    seeds: dict[int, BaseGeometry] = {
        street.pk: shapely.from_wkb(bytes(street.axis.wkb)) for street in streets if street.axis
    }
    points: dict[int, set[tuple[float, float]]] = {}
    for street_id, location in _located(municipality).values_list("street_id", "location"):
        if street_id not in seeds:
            points.setdefault(street_id, set()).add((location.x, location.y))
    for street_id, places in points.items():
        if len(places) >= LEAST_ADDRESSES:
            seeds[street_id] = shapely.multipoints(sorted(places))
    return seeds


def _located(municipality: Municipality) -> QuerySet[Address]:
    return (
        Address.objects.in_municipality(municipality)
        .filter(street__isnull=False, street__axis__isnull=True)
        .exclude(position_quality=Address.Quality.CENTROID)
    )


def _outline(municipality: Municipality) -> BaseGeometry | None:
    outline = municipality.outline
    return None if outline is None else shapely.from_wkb(bytes(outline.wkb))


def _array(shapes: list[BaseGeometry]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _source(streets: list[Street], reach_m: float) -> Source:
    """The areas carry every licence of the axes they were drawn from."""
    datasets = {street.dataset_id: street.dataset for street in streets}
    first = sorted(datasets.values(), key=lambda dataset: dataset.pk)
    without_axis = any(street.axis is None for street in streets)
    return Source(
        source=f"Street areas, derived: nearest axis within {reach_m:g} m"
        + (", or nearest address where no axis is known" if without_axis else ""),
        licence="; ".join(dict.fromkeys(dataset.licence for dataset in first))[:120],
        attribution="; ".join(
            dict.fromkeys(dataset.attribution for dataset in first if dataset.attribution)
        )[:300],
        is_synthetic=without_axis or any(dataset.is_synthetic for dataset in first),
    )


def _link(municipality: Municipality, streets: list[Street]) -> None:
    zones = dict(
        Zone.objects.in_municipality(municipality)
        .of_kind(STREETS.code)
        .filter(shapes__valid_until__isnull=True, shapes__isnull=False)
        .values_list("code", "pk")
    )
    moved = [street for street in streets if street.zone_id != zones.get(street.code)]
    for street in moved:
        street.zone_id = zones.get(street.code)
    Street.objects.bulk_update(moved, ["zone"], batch_size=1000)
