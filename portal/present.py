"""Turns answers about a place into what its page shows; decides words, never facts."""

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Point

from geo.metres import DistanceMetres
from zones.geocoder import Answer
from zones.labels import address_label
from zones.locating import Located, NearestAddress, locate
from zones.models import Address, AddressPlacement, Municipality, Street, ZoneKind, ZoneShape
from zones.paths import street_path, zone_path

# A door this near on the street the point lies in is the place itself and not only a neighbour.
AT_THE_DOOR_M = 25.0
# On another street, as on a corner, it must be the very door.
AT_THE_VERY_DOOR_M = 5.0
MOST_NEIGHBOURS = 12


def place_at_point(municipality: Municipality, point: Point, on: dt.date) -> dict[str, Any]:
    """What lies at a bare point: areas by polygon, the street by its strip, the nearest door."""
    located = locate(municipality=municipality, point=point, on=on)
    nearest = located.nearest_address
    place = _place(municipality, point, located, on)
    if nearest is not None and _is_at_door(located, nearest):
        place["how"] = "address"
        place["label"] = nearest.label
        if nearest.street_id is not None:
            street = Street.objects.get(pk=nearest.street_id)
            place["street"] = _street_row(municipality.slug, street)
    elif located.street:
        place["how"] = "street"
        place["label"] = located.street.name
        place["street"]["distance_m"] = _metres_to_street(located.street.street_id, point)
    return place


def place_at_address(municipality: Municipality, address: Address, on: dt.date) -> dict[str, Any]:
    """What an address belongs to: the street it names, and areas as it was placed in bulk."""
    located = locate(municipality=municipality, point=address.location, on=on)
    place = _place(municipality, address.location, located, on)
    place["label"] = address_label(address, with_locality=True)
    place["how"] = "address"
    place["nearest_address"] = {
        "label": place["label"],
        "distance_m": 0.0,
        "quality": address.position_quality,
    }
    if address.street:
        place["street"] = _street_row(municipality.slug, address.street)
    placed = _placed_zones(municipality, address)
    if placed:
        place["zones"] = placed
    return place


def place_at_answer(municipality: Municipality, answer: Answer, on: dt.date) -> dict[str, Any]:
    """What a typed text was found to mean; says plainly when it is not an exact address."""
    point = Point(answer.longitude, answer.latitude, srid=4326)
    located = locate(municipality=municipality, point=point, on=on)
    place = _place(municipality, point, located, on)
    place["label"] = answer.label
    if None not in answer.beside:
        place["between"] = [str(number) for number in answer.beside]
    place["how"] = {"interpolated": "interpolated", "street": "street"}.get(
        str(answer.precision), "area"
    )
    return place


def _place(
    municipality: Municipality, point: Point, located: Located, on: dt.date
) -> dict[str, Any]:
    slug = municipality.slug
    shapes = _shapes(municipality, [zone.zone_id for zone in located.zones], on)
    basis = {zone.zone_id: zone.basis for zone in located.zones}
    zones = [_zone_row(slug, shape, basis[zone_id]) for zone_id, shape in shapes.items()]
    nearest = located.nearest_address
    street = located.street
    smallest = next(iter(shapes.values()), None)
    return {
        "longitude": point.x,
        "latitude": point.y,
        "label": zones[0]["name"] if zones else municipality.name,
        "outside": not located.inside,
        "zones": zones,
        "street": {
            "name": street.name,
            "url": street_path(slug, street.street_id),
            "distance_m": None,
        }
        if street
        else None,
        "nearest_address": {
            "label": nearest.label,
            "distance_m": nearest.distance_m,
            "quality": nearest.position_quality,
        }
        if nearest
        else None,
        "how": "area",
        "between": None,
        "neighbours": neighbours_of(municipality, smallest, on) if smallest else [],
    }


def _is_at_door(located: Located, nearest: NearestAddress) -> bool:
    """Whether the point is that address: the street it names decides, not the strip around it."""
    same_street = located.street is None or located.street.street_id == nearest.street_id
    return nearest.distance_m <= (AT_THE_DOOR_M if same_street else AT_THE_VERY_DOOR_M)


def _street_row(slug: str, street: Street) -> dict[str, Any]:
    return {"name": street.name, "url": street_path(slug, street.pk), "distance_m": None}


def _metres_to_street(street_id: int, point: Point) -> float | None:
    """Metres from a point to the street's axis; nothing for a street without one."""
    axis = Street.objects.filter(pk=street_id, axis__isnull=False)
    distance: float | None = (
        axis.annotate(metres=DistanceMetres("axis", point)).values_list("metres", flat=True).first()
    )
    return distance


def _zone_row(slug: str, shape: ZoneShape, basis: str) -> dict[str, Any]:
    zone = shape.zone
    return {
        "id": zone.pk,
        "kind": zone.kind.code,
        "kind_label": zone.kind.name,
        "name": zone.name,
        "basis": basis,
        "is_synthetic": shape.edition.dataset.is_synthetic,
        "url": zone_path(slug, zone.pk),
    }


def _shapes(municipality: Municipality, zone_ids: list[int], on: dt.date) -> dict[int, ZoneShape]:
    found = (
        ZoneShape.objects.in_municipality(municipality)
        .in_force(on)
        .filter(zone_id__in=zone_ids, zone__kind__in=ZoneKind.objects.areas())
        .select_related("zone__kind", "edition__dataset")
        .order_by("area_m2", "zone_id")
    )
    return {shape.zone_id: shape for shape in found}


def _placed_zones(municipality: Municipality, address: Address) -> list[dict[str, Any]]:
    placements = (
        AddressPlacement.objects.current()
        .filter(address=address)
        .filter(kind__in=ZoneKind.objects.areas())
        .order_by("kind__code")
    )
    basis = {placement.zone_id: str(placement.basis) for placement in placements}
    shapes = ZoneShape.objects.current().filter(zone_id__in=basis)
    rows = shapes.select_related("zone__kind", "edition__dataset").defer("geometry")
    rows = rows.order_by("area_m2", "zone_id")
    return [_zone_row(municipality.slug, shape, basis[shape.zone_id]) for shape in rows]


def neighbours_of(
    municipality: Municipality, shape: ZoneShape, on: dt.date
) -> list[dict[str, str]]:
    """Zones of the same kind that touch a zone. One query over the spatial index."""
    touching = (
        ZoneShape.objects.in_municipality(municipality)
        .of_kind(shape.zone.kind.code)
        .in_force(on)
        .intersecting(shape.geometry)
        .exclude(zone_id=shape.zone_id)
        .select_related("zone__kind")
        .defer("geometry")
    )
    return [
        {
            "name": other.zone.name,
            "kind_label": other.zone.kind.name,
            "url": zone_path(municipality.slug, other.zone_id),
        }
        for other in touching.order_by("zone_id")[:MOST_NEIGHBOURS]
    ]
