"""A report goes where the rules say, asks where they cannot know, and waits where none says."""

import json

import pytest
from django.core.exceptions import ValidationError

from departments.models import Department
from incidents.competence import Matched
from incidents.competence_words import choices_in_words, words
from incidents.models import Incident, RuleSet
from incidents.services.recording import Actor, record
from incidents.services.routing import route, ruling_of, settle_doubt
from incidents.workflow import Kind, Status, WaitsFor
from outbox.models import OutboxMessage
from tests.factories.departments import NOON, DepartmentFactory, member
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory, reported
from tests.factories.zones import (
    MunicipalityFactory,
    ZoneFactory,
    ZoneKindFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Municipality

pytestmark = pytest.mark.django_db
REPORTER = Actor("reporter")


@pytest.fixture
def rules() -> RuleSet:
    """East answers for the right half of the first row, west for the left half."""
    town = MunicipalityFactory.create()
    rule_set: RuleSet = RuleSetFactory.create(municipality=town)
    for number, code in enumerate(("west", "east")):
        zone = zone_with_shape(town, code=code, geometry=square(2 * number, 0, 2, 4))
        office = DepartmentFactory.create(municipality=town, code=code)
        RuleFactory.create(
            rule_set=rule_set, position=number, code=f"{code}-rule", zone=zone, department=office
        )
    return rule_set


def data_of(incident: Incident) -> dict[str, object]:
    """What the last event says."""
    event = incident.events.latest("seq")
    found: dict[str, object] = json.loads(bytes(event.body))["data"]
    return found


def test_a_report_goes_to_whom_the_first_rule_names(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(3.5, 1))
    assert incident.status == Status.OPEN
    assert incident.department == Department.objects.get(code="east")
    ruling = ruling_of(incident)
    assert ruling is not None
    assert ruling.rule is not None
    assert (ruling.rule.code, ruling.matched) == ("east-rule", Matched.ZONE)
    assert ruling.rule_set == rules.number
    assert ruling.distance_m == pytest.approx(380, abs=3)


def test_it_says_in_words_why(rules: RuleSet) -> None:
    RuleFactory.create(rule_set=rules, code="all-others", position=9)
    incident = reported(rules.municipality, geometry=spot(3.9, 1))
    ruling = ruling_of(incident)
    assert ruling is not None
    said = words(ruling)
    assert "the place lies in EAST" in said
    assert "“east-rule”, 76 m from the border" in said
    assert "(rule “all-others”)" in said


def test_where_the_disc_meets_two_nobody_gets_it_silently(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(1.9999, 1), accuracy_m=10.0)
    assert (incident.status, incident.waits_for) == (Status.TRIAGE, WaitsFor.PLACE)
    assert incident.department is None
    ruling = ruling_of(incident)
    assert ruling is not None
    assert [choice.code for choice in ruling.doubt] == ["west-rule", "east-rule"]
    assert choices_in_words(ruling)[0][1] == "in WEST: West"
    assert data_of(incident)["choices"] == [
        {
            "rule": choice.rule_id,
            "code": choice.code,
            "department": choice.department_id,
            "department_code": choice.department_code,
            "is_outside": False,
            "matched": "zone",
        }
        for choice in ruling.doubt
    ]


def test_a_disc_inside_one_side_is_no_doubt(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(1.9, 1), accuracy_m=10.0)
    assert incident.department == Department.objects.get(code="west")


def test_the_same_department_on_both_sides_is_no_doubt(rules: RuleSet) -> None:
    west, east = rules.rules.order_by("position")
    east.department = west.department
    east.save()
    incident = reported(rules.municipality, geometry=spot(1.9999, 1), accuracy_m=10.0)
    assert incident.department == west.department


def test_a_rule_for_the_rest_is_no_choice_where_others_cover_the_whole_disc(
    rules: RuleSet,
) -> None:
    RuleFactory.create(rule_set=rules, code="all-others", position=9)
    incident = reported(rules.municipality, geometry=spot(1.9999, 1), accuracy_m=10.0)
    ruling = ruling_of(incident)
    assert ruling is not None
    assert [choice.code for choice in ruling.doubt] == ["west-rule", "east-rule"]


def test_the_reporter_settles_the_doubt(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(1.9999, 1), accuracy_m=10.0)
    east = rules.rules.get(code="east-rule")
    settle_doubt(incident=incident, choice=east.pk, actor=REPORTER, now=NOON)
    assert (incident.status, incident.waits_for) == (Status.OPEN, "")
    assert incident.department == east.department
    assert data_of(incident)["is_settled"] is True
    with pytest.raises(ValidationError) as refused:
        settle_doubt(incident=incident, choice=east.pk, actor=REPORTER, now=NOON)
    assert refused.value.code == "no_doubt"


def test_an_answer_that_was_not_asked_about_is_refused(rules: RuleSet) -> None:
    stranger = RuleFactory.create()
    incident = reported(rules.municipality, geometry=spot(1.9999, 1), accuracy_m=10.0)
    with pytest.raises(ValidationError) as refused:
        settle_doubt(incident=incident, choice=stranger.pk, actor=REPORTER, now=NOON)
    assert refused.value.code == "no_choice"
    assert incident.waits_for == WaitsFor.PLACE


def test_a_closed_office_is_no_answer(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(1.9999, 1), accuracy_m=10.0)
    Department.objects.filter(code="east").update(is_active=False)
    choice = rules.rules.get(code="east-rule").pk
    with pytest.raises(ValidationError) as refused:
        settle_doubt(incident=incident, choice=choice, actor=REPORTER, now=NOON)
    assert refused.value.code == "closed_department"


def test_a_gap_stays_with_the_people_who_sort(rules: RuleSet) -> None:
    rules.rules.get(code="east-rule").delete()
    incident = reported(rules.municipality, geometry=spot(3.5, 1))
    assert (incident.status, incident.department, incident.head_seq) == (Status.TRIAGE, None, 1)


def test_outside_the_town_no_rule_answers(rules: RuleSet) -> None:
    RuleFactory.create(rule_set=rules, code="all-others", position=9)
    incident = reported(rules.municipality, geometry=spot(4.5, 1))
    assert incident.status == Status.TRIAGE
    ruling = route(incident=incident, now=NOON)
    assert ruling is not None
    assert ruling.matched == Matched.BEYOND


def test_what_belongs_to_an_outside_body_is_said_so(rules: RuleSet) -> None:
    Department.objects.filter(code="east").update(kind="outside", phone="0800 1")
    incident = reported(rules.municipality, geometry=spot(3.5, 1))
    assert (incident.status, incident.outcome) == (Status.OUTSIDE, "not_ours")
    assert data_of(incident)["department_code"] == "east"


def test_a_broken_rule_is_passed_over_with_an_alarm_once_a_day(rules: RuleSet) -> None:
    town = rules.municipality
    _people(town)
    shapeless = ZoneFactory.create(kind=ZoneKindFactory.create(municipality=town))
    broken = RuleFactory.create(rule_set=rules, position=0, code="broken", zone=shapeless)
    rules.rules.filter(code="west-rule").update(position=1)
    for _ in range(2):
        incident = reported(town, geometry=spot(0.5, 1))
        assert incident.department == Department.objects.get(code="west")
    letters = OutboxMessage.objects.filter(kind="broken_rule")
    assert letters.count() == 2  # one to the administrator, one to the dispatcher
    assert "„broken”" in letters[0].subject  # Romanian, as the town is
    ruling = ruling_of(incident)
    assert ruling is not None
    assert [(one.rule_id, str(one.why)) for one in ruling.errors] == [
        (broken.pk, "zone_without_shape")
    ]


@pytest.mark.parametrize("broken", ["category", "department"])
def test_closed_offices_and_categories_break_a_rule(rules: RuleSet, broken: str) -> None:
    town = rules.municipality
    category = CategoryFactory.create(municipality=town)
    first = RuleFactory.create(rule_set=rules, position=0, code="first", category=category)
    rules.rules.filter(code="west-rule").update(position=1)
    row = category if broken == "category" else first.department
    row.is_active = False
    row.save()
    incident = reported(town, category=category, geometry=spot(0.5, 1))
    assert incident.department == Department.objects.get(code="west")
    ruling = ruling_of(incident)
    assert ruling is not None
    assert [str(one.why) for one in ruling.errors] == [f"{broken}_closed"]


def test_routing_again_records_nothing_that_stands_so(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(3.5, 1))
    before = incident.head_seq
    route(incident=incident, now=NOON)
    assert incident.head_seq == before


def test_a_report_that_is_put_right_goes_elsewhere(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(3.5, 1))
    moved = {"geometry": "POINT (26.305 46.905)", "accuracy_dm": None, "site": None}
    record(incident=incident, kind=Kind.MOVED, data=moved, actor=REPORTER, now=NOON)
    route(incident=incident, now=NOON)
    assert incident.department == Department.objects.get(code="west")


def test_a_report_that_comes_into_doubt_leaves_its_department(rules: RuleSet) -> None:
    incident = reported(rules.municipality, geometry=spot(3.5, 1))
    moved = {"geometry": "POINT (26.31999 46.905)", "accuracy_dm": 100, "site": None}
    record(incident=incident, kind=Kind.MOVED, data=moved, actor=REPORTER, now=NOON)
    route(incident=incident, now=NOON)
    assert (incident.department, incident.waits_for) == (None, WaitsFor.PLACE)


def _people(town: Municipality) -> None:
    member(town, "administrator")
    member(town, "dispatcher")
    member(town, "handler")
