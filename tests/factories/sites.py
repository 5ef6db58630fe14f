"""Rows for tests: categories, sites on the test grid, and their periods, with nothing random."""

import datetime as dt
from typing import Any

import factory
from django.contrib.gis.geos import LineString
from factory.django import DjangoModelFactory

from sign_registry.models import (
    ReasonTag,
    Site,
    SiteCategory,
    SitePeriod,
    VehicleAssignment,
)
from tests.factories.zones import DatasetFactory, MunicipalityFactory, spot

OPENED_ON = dt.date(2026, 1, 1)


def path(*spots: tuple[float, float]) -> LineString:
    """A line through points of the test grid, in cells from the south-west corner."""
    return LineString([spot(column, row).coords for column, row in spots], srid=4326)


class SiteCategoryFactory(DjangoModelFactory[SiteCategory]):
    """Playgrounds, asked for their quality; one row per town and code."""

    class Meta:
        model = SiteCategory
        django_get_or_create = ("municipality", "code")

    municipality = factory.SubFactory(MunicipalityFactory)
    code = "playground"
    names = factory.LazyAttribute(lambda row: {"en": row.code.title(), "ro": row.code.title()})
    aspect = SiteCategory.Aspect.QUALITY
    questions = factory.LazyFunction(
        lambda: {"en": "How good is this place?", "ro": "Cât de bun este acest loc?"}
    )
    icon = "place"


class ReasonTagFactory(DjangoModelFactory[ReasonTag]):
    """A reason for a low score."""

    class Meta:
        model = ReasonTag

    category = factory.SubFactory(SiteCategoryFactory)
    code = factory.Sequence(lambda n: f"reason-{n}")
    names = factory.LazyAttribute(lambda row: {"en": row.code, "ro": row.code})
    band = ReasonTag.Band.LOW


class SiteFactory(DjangoModelFactory[Site]):
    """A point in the first cell of the grid, without category or owner yet."""

    class Meta:
        model = Site

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = Site.Kind.POINT
    code = factory.Sequence(lambda n: f"site-{n}")
    names = factory.LazyAttribute(lambda row: {"en": f"Place {row.code}", "ro": f"Loc {row.code}"})
    geometry = factory.LazyFunction(lambda: spot(0.5, 0.5))
    dataset = factory.SubFactory(
        DatasetFactory, municipality=factory.SelfAttribute("..municipality")
    )


class SitePeriodFactory(DjangoModelFactory[SitePeriod]):
    """A site's category since the first day of the year; open-ended, without an owner."""

    class Meta:
        model = SitePeriod

    site = factory.SubFactory(SiteFactory)
    category = factory.SubFactory(
        SiteCategoryFactory, municipality=factory.SelfAttribute("..site.municipality")
    )
    valid_from = OPENED_ON


class LineFactory(SiteFactory):
    """A line along the middle of the first row of the grid."""

    kind = Site.Kind.LINE
    code = factory.Sequence(lambda n: f"line-{n}")
    geometry = factory.LazyFunction(lambda: path((0.1, 0.5), (1.9, 0.5)))


class VehicleFactory(SiteFactory):
    """A bus: no geometry of its own."""

    kind = Site.Kind.VEHICLE
    code = factory.Sequence(lambda n: f"bus-{n}")
    geometry = factory.LazyFunction(lambda: None)


class CounterFactory(SiteFactory):
    """A counter in a centre of the same town, whose score could name one clerk."""

    kind = Site.Kind.COUNTER
    code = factory.Sequence(lambda n: f"counter-{n}")
    geometry = factory.LazyFunction(lambda: None)
    parent = factory.SubFactory(SiteFactory, municipality=factory.SelfAttribute("..municipality"))
    is_staff_sensitive = True


class VehicleAssignmentFactory(DjangoModelFactory[VehicleAssignment]):
    """A vehicle on a line of the same town from the first day of the year on."""

    class Meta:
        model = VehicleAssignment

    vehicle = factory.SubFactory(VehicleFactory)
    line = factory.SubFactory(
        LineFactory, municipality=factory.SelfAttribute("..vehicle.municipality")
    )
    period = factory.LazyFunction(lambda: (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None))


def rated_site(**fields: Any) -> Site:
    """A site with a category in force: what most tests need."""
    category = fields.pop("category", None)
    owner = fields.pop("owner", None)
    site = SiteFactory.create(**fields)
    given = {"category": category} if category else {}
    SitePeriodFactory.create(site=site, owner=owner, **given)
    return site
