"""Reports, their categories and rules for tests."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from incidents.models import Category, CompetenceRule, Incident, RuleSet
from incidents.services.recording import Actor
from incidents.services.reporting import NewReport, NewReporter, submit_report
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality

REPORTER = Actor("reporter")


class CategoryFactory(DjangoModelFactory[Category]):
    """A kind of fault at a point, in a group of its own."""

    class Meta:
        model = Category

    municipality = factory.SubFactory(MunicipalityFactory)
    parent = factory.LazyAttribute(
        lambda row: Category.objects.get_or_create(
            municipality=row.municipality, code="group", defaults={"names": {"en": "Group"}}
        )[0]
    )
    code = factory.Sequence(lambda n: f"fault-{n}")
    names = factory.LazyAttribute(lambda row: {"ro": row.code, "en": row.code})
    shapes = factory.LazyFunction(lambda: ["point"])


class RuleSetFactory(DjangoModelFactory[RuleSet]):
    """Rules in force."""

    class Meta:
        model = RuleSet

    municipality = factory.SubFactory(MunicipalityFactory)
    number = factory.Sequence(lambda n: n + 1)
    state = "in_force"
    made_at = NOON
    in_force_at = NOON


class RuleFactory(DjangoModelFactory[CompetenceRule]):
    """One department for everything everywhere."""

    class Meta:
        model = CompetenceRule

    rule_set = factory.SubFactory(RuleSetFactory)
    position = factory.Sequence(lambda n: n)
    code = factory.Sequence(lambda n: f"rule-{n}")
    department = factory.LazyAttribute(
        lambda row: DepartmentFactory.create(municipality=row.rule_set.municipality)
    )


def reported(
    town: Municipality | None = None,
    *,
    category: Category | None = None,
    now: dt.datetime = NOON,
    reporter: NewReporter | None = None,
    **given: Any,
) -> Incident:
    """A report as it comes in, in the middle of the first cell of the test grid."""
    town = town or MunicipalityFactory.create()
    category = category or CategoryFactory.create(municipality=town)
    new = NewReport(
        category=category,
        geometry=given.pop("geometry", spot(0.5, 0.5)),
        words=given.pop("words", "The lamp does not burn."),
        reporter=reporter or NewReporter(),
        **given,
    )
    return submit_report(municipality=town, report=new, actor=REPORTER, now=now)
