"""Offices, calendars, works and acts for tests."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from departments.acts import Act
from departments.models import Calendar, CalendarVersion, Department, Works
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality, SettingChange

NOON = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)  # noon in Bucharest
TODAY = dt.date(2026, 5, 4)


class CalendarFactory(DjangoModelFactory[Calendar]):
    """A Romanian calendar."""

    class Meta:
        model = Calendar

    municipality = factory.SubFactory(MunicipalityFactory)
    code = factory.Sequence(lambda n: f"calendar-{n}")
    names = factory.LazyAttribute(lambda row: {"ro": row.code, "en": row.code})
    country = "RO"


class CalendarVersionFactory(DjangoModelFactory[CalendarVersion]):
    """A first version that declares nothing."""

    class Meta:
        model = CalendarVersion

    calendar = factory.SubFactory(CalendarFactory)
    number = 1
    published_at = NOON
    source = "Decision 1/2026"


class DepartmentFactory(DjangoModelFactory[Department]):
    """A department directly below the town hall."""

    class Meta:
        model = Department

    municipality = factory.SubFactory(MunicipalityFactory)
    code = factory.Sequence(lambda n: f"office-{n}")
    names = factory.LazyAttribute(lambda row: {"ro": row.code.title(), "en": row.code.title()})


class WorksFactory(DjangoModelFactory[Works]):
    """A repair in the first cell that goes on."""

    class Meta:
        model = Works

    municipality = factory.SubFactory(MunicipalityFactory)
    owner = factory.SubFactory(
        DepartmentFactory, municipality=factory.SelfAttribute("..municipality")
    )
    kind = Works.Kind.REPAIR
    names = factory.Sequence(lambda n: {"ro": f"Lucrarea {n}", "en": f"Works {n}"})
    geometry = factory.LazyFunction(lambda: spot(0.5, 0.5))
    starts_on = TODAY
    created_at = NOON


def act_of(municipality: Municipality, now: dt.datetime = NOON) -> Act:
    """An act of a lasting administrator of a town."""
    return Act(MembershipFactory.create(municipality=municipality).user, now)


def member(municipality: Municipality, role: str = "handler", **fields: Any) -> Any:
    """Somebody new with a role."""
    user = fields.pop("user", None) or UserFactory.create()
    return MembershipFactory.create(municipality=municipality, user=user, role=role, **fields)


def changes(municipality: Municipality) -> list[SettingChange]:
    """The history of a town, oldest first."""
    return list(SettingChange.objects.in_municipality(municipality).order_by("pk"))
