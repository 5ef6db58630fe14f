"""What the register publishes: zones of each kind, streets, addresses and places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zones.labels import address_label
from zones.models import Address, Dataset, Municipality, Place, Street, ZoneKind, ZoneShape
from zones.paths import address_path, street_path, zone_path
from zones.published import (
    SOURCE_COLUMNS,
    Asked,
    Collection,
    Column,
    Feature,
    Period,
    Type,
    name_columns,
    named,
    sourced,
)


def collections_of(asked: Asked) -> list[Collection]:
    """One for each kind of zone in force, then streets, addresses and places. One query."""
    in_force = ZoneShape.objects.in_municipality(asked.town).in_force(asked.today)
    kinds = ZoneKind.objects.in_municipality(asked.town).filter(
        pk__in=in_force.values("zone__kind")
    )
    return [
        *(_zones(asked, kind) for kind in kinds.order_by("pk")),
        _streets(asked.town),
        _addresses(asked.town),
        _places(asked.town),
    ]


def _zones(asked: Asked, kind: ZoneKind) -> Collection:
    town = asked.town
    rows = ZoneShape.objects.in_municipality(town).in_force(asked.today).filter(zone__kind=kind)
    # In the language of whoever reads it, as every other title.
    is_street = kind.code == ZoneKind.STREET
    title = _("Areas of streets") if is_street else format_lazy("{kind.plural}", kind=kind)
    return Collection(
        code=f"zones-{kind.code}",
        title=title,
        about=format_lazy(_("Areas in force today: {kind}."), kind=title),
        columns=(
            Column("code", _("Code"), lookup="zone__code"),
            *name_columns(town.languages, "zone__names"),
            Column("area_m2", _("Area in square metres"), Type.NUMBER),
            Column("valid_from", _("In force since"), Type.DAY, "valid_from"),
            Column("page", _("Page")),
            *SOURCE_COLUMNS,
        ),
        rows=rows.select_related("zone", "edition__dataset").defer("edition__report"),
        features=partial(_zone_features, town),
        place="geometry",
        shape="MultiPolygon",
        key="zone_id",
        period=Period("valid_from", "valid_until", is_day=True),
        sources=Dataset.objects.in_municipality(town).filter(editions__kind=kind).distinct(),
        page=f"/{town.slug}/zones/?kind={kind.code}",
        tiles="streets" if is_street else "zones",
    )


def _zone_features(town: Municipality, rows: Sequence[ZoneShape]) -> list[Feature]:
    return [
        Feature(
            row.zone_id,
            row.geometry,
            {
                "code": row.zone.code,
                **named(row.zone.names, town.languages),
                "area_m2": round(row.area_m2, 1),
                "valid_from": row.valid_from,
                "page": zone_path(town.slug, row.zone_id),
                **sourced(row.edition.dataset),
            },
        )
        for row in rows
    ]


def _streets(town: Municipality) -> Collection:
    return Collection(
        code="streets",
        title=_("Streets"),
        about=_("Streets with their middle lines; some have a name only."),
        columns=(
            Column("code", _("Code"), lookup="code"),
            *name_columns(town.languages),
            Column("type", _("Kind of street"), lookup="type_code"),
            Column("settlement", _("Settlement"), lookup="locality"),
            Column("zone", _("Area of the street"), Type.WHOLE, "zone_id"),
            Column("page", _("Page")),
            *SOURCE_COLUMNS,
        ),
        rows=Street.objects.in_municipality(town).select_related("dataset"),
        features=partial(_street_features, town),
        place="axis",
        shape="MultiLineString",
        sources=Dataset.objects.in_municipality(town).filter(streets__isnull=False).distinct(),
        page=f"/{town.slug}/streets/",
        tiles="streets",
    )


def _street_features(town: Municipality, rows: Sequence[Street]) -> list[Feature]:
    return [
        Feature(
            row.pk,
            row.axis,
            {
                "code": row.code,
                **named(row.names, town.languages),
                "type": row.type_code,
                "settlement": row.locality,
                "zone": row.zone_id,
                "page": street_path(town.slug, row.pk),
                **sourced(row.dataset),
            },
        )
        for row in rows
    ]


_QUALITY = Column("position", _("How the point was found"), lookup="position_quality")


def _addresses(town: Municipality) -> Collection:
    rows = Address.objects.in_municipality(town).select_related("street", "dataset")
    return Collection(
        code="addresses",
        title=_("Addresses"),
        about=_("The address register; it holds doors and no persons."),
        columns=(
            Column("label", _("Address")),
            Column("street", _("Number of the street"), Type.WHOLE, "street_id"),
            Column("thoroughfare", _("Street as written"), lookup="thoroughfare"),
            Column("number", _("House number"), lookup="address_number"),
            Column("block", _("Block"), lookup="block"),
            Column("entrance", _("Entrance"), lookup="entrance"),
            Column("quarter", _("Quarter"), lookup="quarter"),
            Column("settlement", _("Settlement"), lookup="locality"),
            Column("postal_code", _("Postal code"), lookup="postal_code"),
            _QUALITY,
            Column("page", _("Page")),
            *SOURCE_COLUMNS,
        ),
        rows=rows.defer("street__axis"),
        features=partial(_address_features, town),
        place="location",
        shape="Point",
        sources=Dataset.objects.in_municipality(town).filter(addresses__isnull=False).distinct(),
    )


def _address_features(town: Municipality, rows: Sequence[Address]) -> list[Feature]:
    return [Feature(row.pk, row.location, _address_values(town, row)) for row in rows]


def _address_values(town: Municipality, row: Address) -> dict[str, Any]:
    # The town is known; following the key would read its whole row for every address.
    row.municipality = town
    return {
        "label": address_label(row, with_locality=True),
        "street": row.street_id,
        "thoroughfare": row.thoroughfare,
        "number": row.address_number,
        "block": row.block,
        "entrance": row.entrance,
        "quarter": row.quarter,
        "settlement": row.locality,
        "postal_code": row.postal_code,
        "position": row.position_quality,
        "page": address_path(town.slug, row.pk),
        **sourced(row.dataset),
    }


def _places(town: Municipality) -> Collection:
    return Collection(
        code="places",
        title=_("Places"),
        about=_("Named points that people know: schools, parks, stops."),
        columns=(
            *name_columns(town.languages),
            Column("kind", _("Kind"), lookup="kind"),
            _QUALITY,
            *SOURCE_COLUMNS,
        ),
        rows=Place.objects.in_municipality(town).select_related("dataset"),
        features=partial(_place_features, town),
        place="location",
        shape="Point",
        sources=Dataset.objects.in_municipality(town).filter(places__isnull=False).distinct(),
        tiles="places",
    )


def _place_features(town: Municipality, rows: Sequence[Place]) -> list[Feature]:
    return [
        Feature(
            row.pk,
            row.location,
            {
                **named(row.names, town.languages),
                "kind": row.kind,
                "position": row.position_quality,
                **sourced(row.dataset),
            },
        )
        for row in rows
    ]
