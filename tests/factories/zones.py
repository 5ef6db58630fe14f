"""Rows for tests: a small town on a metre-true grid, with nothing random."""

import datetime as dt
from typing import Any

import factory
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from factory.django import DjangoModelFactory

from zones.models import (
    Address,
    Dataset,
    Municipality,
    Place,
    Street,
    Zone,
    ZoneEdition,
    ZoneKind,
    ZoneShape,
)

WEST, SOUTH = 26.30, 46.90
CELL = 0.01
LOADED_AT = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC)
VALID_FROM = dt.date(2026, 1, 1)


def square(column: float, row: float, width: float = 1, height: float = 1) -> MultiPolygon:
    """A rectangle of the test grid in EPSG:4326, counted in cells from the south-west corner."""
    west, south = WEST + column * CELL, SOUTH + row * CELL
    return MultiPolygon(
        Polygon.from_bbox((west, south, west + width * CELL, south + height * CELL)), srid=4326
    )


def spot(column: float, row: float) -> Point:
    """A point of the test grid in EPSG:4326, counted in cells from the south-west corner."""
    return Point(WEST + column * CELL, SOUTH + row * CELL, srid=4326)


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    """A Romanian town of four by four cells."""

    class Meta:
        model = Municipality

    slug = factory.Sequence(lambda n: f"town-{n}")
    names = factory.LazyAttribute(lambda row: {"ro": row.slug.title(), "en": row.slug.title()})
    country = "RO"
    timezone = "Europe/Bucharest"
    languages = ["ro", "en"]
    metric_srid = 3844
    outline = factory.LazyFunction(lambda: square(0, 0, 4, 4))
    modules = factory.LazyFunction(lambda: ["ratings"])


class DatasetFactory(DjangoModelFactory[Dataset]):
    """A source of data with its licence."""

    class Meta:
        model = Dataset

    municipality = factory.SubFactory(MunicipalityFactory)
    source = factory.Sequence(lambda n: f"Source {n}")
    licence = "CC0-1.0"
    dated_on = VALID_FROM


class ZoneKindFactory(DjangoModelFactory[ZoneKind]):
    """A kind of zone, neighbourhoods unless told."""

    class Meta:
        model = ZoneKind
        django_get_or_create = ("municipality", "code")

    municipality = factory.SubFactory(MunicipalityFactory)
    code = "neighbourhood"
    names = factory.LazyAttribute(lambda row: {"en": row.code.title(), "ro": row.code.title()})
    is_partition = False


class ZoneFactory(DjangoModelFactory[Zone]):
    """A zone without a shape yet."""

    class Meta:
        model = Zone

    kind = factory.SubFactory(ZoneKindFactory)
    code = factory.Sequence(lambda n: f"z{n}")
    names = factory.LazyAttribute(lambda row: {"ro": row.code.upper(), "en": row.code.upper()})


class ZoneEditionFactory(DjangoModelFactory[ZoneEdition]):
    """One load of zones."""

    class Meta:
        model = ZoneEdition

    kind = factory.SubFactory(ZoneKindFactory)
    municipality = factory.SelfAttribute("kind.municipality")
    dataset = factory.SubFactory(
        DatasetFactory, municipality=factory.SelfAttribute("..municipality")
    )
    valid_from = VALID_FROM
    loaded_at = LOADED_AT


class ZoneShapeFactory(DjangoModelFactory[ZoneShape]):
    """The area of a zone, one cell unless told."""

    class Meta:
        model = ZoneShape

    zone = factory.SubFactory(ZoneFactory)
    edition = factory.SubFactory(ZoneEditionFactory, kind=factory.SelfAttribute("..zone.kind"))
    geometry = factory.LazyFunction(lambda: square(0, 0))
    area_m2 = factory.LazyAttribute(lambda row: row.geometry.transform(3844, clone=True).area)
    valid_from = VALID_FROM


class StreetFactory(DjangoModelFactory[Street]):
    """A street without an axis."""

    class Meta:
        model = Street

    municipality = factory.SubFactory(MunicipalityFactory)
    code = factory.Sequence(lambda n: f"s{n}")
    type_code = "strada"
    names = factory.LazyAttribute(lambda row: {"ro": f"Strada {row.code.upper()}"})
    dataset = factory.SubFactory(
        DatasetFactory, municipality=factory.SelfAttribute("..municipality")
    )


class AddressFactory(DjangoModelFactory[Address]):
    """An address in the first cell, on no street."""

    class Meta:
        model = Address

    municipality = factory.SubFactory(MunicipalityFactory)
    address_number = factory.Sequence(lambda n: str(n + 1))
    location = factory.LazyFunction(lambda: spot(0.5, 0.5))
    source_key = factory.Sequence(lambda n: f"a{n}")
    dataset = factory.SubFactory(
        DatasetFactory, municipality=factory.SelfAttribute("..municipality")
    )


class PlaceFactory(DjangoModelFactory[Place]):
    """A school in the first cell."""

    class Meta:
        model = Place

    municipality = factory.SubFactory(MunicipalityFactory)
    names = factory.Sequence(lambda n: {"ro": f"Școala {n}", "en": f"School {n}"})
    kind = "school"
    location = factory.LazyFunction(lambda: spot(0.5, 0.5))
    source_key = factory.Sequence(lambda n: f"p{n}")
    dataset = factory.SubFactory(
        DatasetFactory, municipality=factory.SelfAttribute("..municipality")
    )


def zone_with_shape(
    municipality: Municipality,
    *,
    code: str,
    geometry: MultiPolygon,
    kind: str = "neighbourhood",
    **fields: Any,
) -> Zone:
    """A zone of a town with one open shape; `fields` go to the shape."""
    zone = ZoneFactory.create(
        kind=ZoneKindFactory.create(municipality=municipality, code=kind), code=code
    )
    ZoneShapeFactory.create(zone=zone, geometry=geometry, **fields)
    return zone
