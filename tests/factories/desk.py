"""A town hall with people of every role around one report, for tests of the desk."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.test import Client

from departments.access import Right
from departments.models import Department
from incidents.models import Category, Incident
from incidents.services.recording import SYSTEM, Actor, record
from incidents.services.reporting import NewReporter
from incidents.services.standing import acting
from incidents.workflow import Kind
from tests.factories.departments import NOON, DepartmentFactory, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

ANA = NewReporter(name="Ana Pop", email="ana@example.test", language="ro")


@dataclass
class Hall:
    """Two departments, one category, and somebody for each role."""

    town: Municipality
    roads: Department
    parks: Department
    category: Category

    @property
    def group(self) -> Category:
        """The group of the category."""
        assert self.category.parent is not None
        return self.category.parent

    def someone(self, role: str = "handler", **fields: Any) -> Actor:
        """Somebody new in a role; `areas` narrows it to zones."""
        areas = fields.pop("areas", ())
        held = member(self.town, role, **fields)
        held.areas.set(areas)
        return Actor(role, held.user, held.department)  # type: ignore[arg-type]

    def handler(self) -> Actor:
        """A handler of roads."""
        return self.someone("handler", department=self.roads)

    def stranger(self) -> Actor:
        """A handler of parks."""
        return self.someone("handler", department=self.parks)

    def report(self, **given: Any) -> Incident:
        """A report that waits to be sorted."""
        given.setdefault("reporter", ANA)
        given.setdefault("category", self.category)
        return reported(self.town, **given)

    def sent(self, department: Department | None = None, **given: Any) -> Incident:
        """A report that lies with roads, or another department."""
        incident = self.report(**given)
        give(incident, department or self.roads)
        return incident


def hall(*, regime: str = "") -> Hall:
    """A town hall that has switched reports on."""
    town = MunicipalityFactory.create(modules=["reports"])
    return Hall(
        town,
        DepartmentFactory.create(municipality=town, code="roads"),
        DepartmentFactory.create(municipality=town, code="parks"),
        CategoryFactory.create(municipality=town, regime=regime),
    )


def give(incident: Incident, department: Department) -> None:
    """Send a report to a department, as the rules would."""
    data = {"department": department.pk, "rule": None}
    record(incident=incident, kind=Kind.ROUTED, data=data, actor=SYSTEM, now=NOON)


def may(actor: Actor, incident: Incident, right: Right = Right.HANDLE) -> bool:
    """Whether somebody may work on a report."""
    assert actor.user is not None
    try:
        acting(actor.user, incident, right, NOON)
    except PermissionDenied:
        return False
    return True


def as_(actor: Actor) -> Client:
    """A browser that somebody is signed in with."""
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def desk(house: Hall, path: str = "") -> str:
    """Path of a page of the desk."""
    return f"/{house.town.slug}/desk/{path}"
