"""Interruptions that take reports in, answer all of them, and are known before anybody types."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Works
from incidents.models import Category, Incident, IncidentEvent, OutageScope
from incidents.services import outages
from incidents.services.recording import SYSTEM, Actor
from incidents.services.reporting import NewReporter
from incidents.workflow import Status
from notifications.members import members
from residents.models import Residence
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY, WorksFactory, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.residents import ResidenceFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory, spot, square
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """A town with reports."""
    return MunicipalityFactory.create(modules=["reports", "notices"])


@pytest.fixture
def water(town: Municipality) -> Category:
    """No water."""
    return CategoryFactory.create(municipality=town, code="water")


def works_of(town: Municipality, **fields: Any) -> Works:
    """Water is off in the first cell."""
    given = {
        "municipality": town,
        "kind": Works.Kind.OUTAGE,
        "geometry": square(0, 0),
        "names": {"en": "Water is off", "ro": "Apă oprită"},
        "texts": {"en": "A pipe broke.", "ro": "S-a spart o conductă."},
    }
    return WorksFactory.create(**{**given, **fields})


def scope_of(town: Municipality, *categories: Category, **fields: Any) -> OutageScope:
    """What belongs to it."""
    works = works_of(town, **fields)
    user = UserFactory.create()
    return outages.set_scope(works=works, categories=categories, actor=user, now=NOON)


def test_open_reports_inside_are_taken_in_in_the_order_of_their_numbers(
    town: Municipality, water: Category
) -> None:
    inside = [reported(town, category=water) for _ in range(3)]
    outside = reported(town, category=water, geometry=spot(2.5, 2.5))
    other = reported(town)
    scope = scope_of(town, water)
    assert outages.absorb(scope=scope, actor=SYSTEM, now=NOON) == 3
    events = IncidentEvent.objects.filter(kind="absorbed").order_by("pk")
    assert [one.incident_id for one in events] == [one.pk for one in inside]
    for one in (outside, other):
        one.refresh_from_db()
        assert one.works_id is None
    assert outages.absorb(scope=scope, actor=SYSTEM, now=NOON) == 0


def test_a_group_of_categories_takes_its_parts_in(town: Municipality, water: Category) -> None:
    assert water.parent
    scope_of(town, water.parent)
    assert reported(town, category=water).works_id is not None


@pytest.mark.parametrize(
    ("fields", "is_taken"),
    [
        ({}, True),
        ({"geometry": square(1, 1)}, False),
        ({"starts_on": TODAY + dt.timedelta(days=1)}, False),
        ({"starts_on": TODAY - dt.timedelta(days=3), "ends_on": TODAY}, False),
        ({"ends_on": TODAY + dt.timedelta(days=1)}, True),
    ],
)
def test_a_new_report_is_taken_in_while_it_goes_on(
    town: Municipality, water: Category, fields: dict[str, Any], is_taken: bool
) -> None:
    scope_of(town, water, **fields)
    assert (reported(town, category=water).works_id is not None) is is_taken


def test_a_report_on_the_border_belongs_to_it(town: Municipality, water: Category) -> None:
    scope_of(town, water)
    assert reported(town, category=water, geometry=spot(1, 1)).works_id is not None


def test_an_interruption_of_another_town_takes_nothing_in(
    town: Municipality, water: Category
) -> None:
    other = MunicipalityFactory.create(modules=["reports"])
    scope_of(other, CategoryFactory.create(municipality=other))
    assert reported(town, category=water).works_id is None


def test_what_waits_for_its_mail_is_taken_in_later_and_not_at_once(
    town: Municipality, water: Category
) -> None:
    scope_of(town, water)
    unsure = NewReporter(email="ana@home.example", is_confirmed=False)
    assert reported(town, category=water, reporter=unsure).works_id is None


def test_all_are_answered_with_one_text(town: Municipality, water: Category) -> None:
    scope = scope_of(town, water)
    for _ in range(3):
        reported(town, category=water)
    number = outages.answer_all(
        scope=scope, text="The pipe is mended.", outcome="done", actor=SYSTEM, now=NOON
    )
    assert number == 3
    rows = Incident.objects.all()
    assert {(row.status, row.outcome) for row in rows} == {(Status.ANSWERED, "done")}
    assert {row.answers.get().text for row in rows} == {"The pipe is mended."}


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [("  ", "done", "text"), ("x" * 4001, "done", "text"), ("x", "gone", "outcome")],
)
def test_an_answer_that_says_nothing_is_refused(
    town: Municipality, water: Category, text: str, outcome: str, code: str
) -> None:
    scope = scope_of(town, water)
    reported(town, category=water)
    with pytest.raises(ValidationError) as refused:
        outages.answer_all(scope=scope, text=text, outcome=outcome, actor=SYSTEM, now=NOON)
    assert code in refused.value.error_dict


def test_nobody_goes_round_the_signature(town: Municipality) -> None:
    petition = CategoryFactory.create(municipality=town, regime="ro-petition")
    scope = scope_of(town, petition)
    reported(town, category=petition)
    for role, is_let in (("dispatcher", False), ("head", True)):
        actor = Actor("head", member(town, role).user)
        if is_let:
            assert outages.answer_all(scope=scope, text="x", outcome="done", actor=actor, now=NOON)
            continue
        with pytest.raises(ValidationError) as refused:
            outages.answer_all(scope=scope, text="x", outcome="done", actor=actor, now=NOON)
        assert refused.value.code == "needs_signature"


def test_it_is_known_before_anybody_types(town: Municipality, water: Category) -> None:
    scope_of(town, water, ends_on=TODAY + dt.timedelta(days=2))
    scope_of(town, water, is_public=False)

    def known_at(point: Point, category: Category | None) -> list[outages.KnownOutage]:
        return outages.known_outages(municipality=town, point=point, category=category, now=NOON)

    here = spot(0.5, 0.5)
    for category, number in ((water, 1), (None, 1), (CategoryFactory.create(municipality=town), 0)):
        assert len(known_at(here, category)) == number
    (one,) = known_at(here, None)
    assert one.until == TODAY + dt.timedelta(days=1)
    assert not known_at(spot(3.5, 3.5), None)


def test_only_interruptions_answer_for_reports_of_their_town(
    town: Municipality, water: Category
) -> None:
    user = UserFactory.create()
    repair = works_of(town, kind=Works.Kind.REPAIR)
    foreign = CategoryFactory.create(municipality=MunicipalityFactory.create())
    for works, category in ((repair, water), (works_of(town), foreign)):
        with pytest.raises(ValidationError):
            outages.set_scope(works=works, categories=[category], actor=user, now=NOON)


def test_a_notice_is_drafted_for_exactly_the_entrances(town: Municipality, water: Category) -> None:
    AddressFactory.create(municipality=town, location=spot(0.5, 0.5))
    AddressFactory.create(municipality=town, location=spot(1.5, 0.5))
    scope = scope_of(town, water)
    notice = outages.prepare_notice(scope=scope, actor=UserFactory.create(), now=NOON)
    again = outages.prepare_notice(scope=scope, actor=UserFactory.create(), now=NOON)
    assert (notice.state, notice.works, again) == ("draft", scope.works, notice)
    assert notice.target is not None
    assert outages.entrances(scope.works) == 1


METRE = 1 / 762
"""Eastward, in cells of the test grid."""


@pytest.mark.parametrize("line", [LineString(spot(0.5, 0.5), spot(0.5, 0.6)), spot(0.5, 0.5)])
def test_around_a_line_or_a_point_what_lies_beside_it_belongs_to_it(
    town: Municipality, water: Category, line: GEOSGeometry
) -> None:
    at = {metres: spot(0.5 + metres * METRE, 0.5) for metres in (0, 45, 55)}
    first = {metres: reported(town, category=water, geometry=at[metres]) for metres in at}
    for place in at.values():
        AddressFactory.create(municipality=town, location=place)
    scope = scope_of(town, water, geometry=line)
    assert set(outages.inside(scope)) == {first[0], first[45]}
    assert outages.entrances(scope.works) == 2
    for metres, place in at.items():
        known = outages.known_outages(municipality=town, point=place, category=water, now=NOON)
        later = reported(town, category=water, geometry=place)
        assert (bool(known), later.works_id is not None) == (metres < 50, metres < 50)


def test_beside_an_area_nothing_belongs_to_it(town: Municipality, water: Category) -> None:
    scope = scope_of(town, water)
    beside = reported(town, category=water, geometry=spot(-5 * METRE, 0.5))
    assert beside.works_id is None
    assert not outages.inside(scope).exists()


@pytest.mark.parametrize("shape", [square(0, 0), LineString(spot(0.5, 0.1), spot(0.5, 0.9))])
def test_the_notice_is_told_to_the_homes_at_these_entrances_and_to_no_other(
    town: Municipality, water: Category, shape: GEOSGeometry
) -> None:
    inside = [spot(0.5, 0.5), spot(0.5 + 45 * METRE, 0.5)]
    for place in [*inside, spot(-0.5, 0.5), spot(1 + 55 * METRE, 0.5)]:
        address = AddressFactory.create(municipality=town, location=place)
        ResidenceFactory.create(resident__municipality=town, address=address)
    scope = scope_of(town, water, geometry=shape)
    notice = outages.prepare_notice(scope=scope, actor=UserFactory.create(), now=NOON)
    told = members(announcement=notice, after=0, limit=10)
    homes = Residence.objects.filter(address__location__in=inside)
    assert {one.user_pk for one in told} == set(homes.values_list("resident__user", flat=True))
    assert outages.entrances(scope.works) == len(told) == 2


def test_two_hundred_reports_cost_the_same_each(town: Municipality, water: Category) -> None:
    def cost(number: int) -> int:
        cell = works_of(town, geometry=square(number % 4, 3))
        for _ in range(number):
            reported(town, category=water, geometry=spot(number % 4 + 0.5, 3.5))
        user = UserFactory.create()
        scope = outages.set_scope(works=cell, categories=[water], actor=user, now=NOON)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert outages.absorb(scope=scope, actor=SYSTEM, now=NOON) == number
        return len(seen)

    few, many = cost(1), cost(198)
    each = few - 4  # around the loop
    assert many <= 198 * each + 4
    assert each <= 25
