"""Pages of rules and kinds of faults: only for who sets them, within the town, with few queries."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from departments.models import Membership
from incidents.models import Category, CompetenceRule, RuleSet, Scope
from incidents.services.rules import begin_draft, draft_of, rules_now
from tests.factories.accounts import UserFactory
from tests.factories.departments import DepartmentFactory, act_of, changes, member
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory, reported
from tests.factories.zones import MunicipalityFactory, StreetFactory, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
LISTS = ("rules", "rules_check", "categories", "scopes", "rule_add", "category_add")


@pytest.fixture
def town() -> Municipality:
    """A town with reports and one rule in force."""
    town: Municipality = MunicipalityFactory.create(modules=["reports"])
    category = CategoryFactory.create(municipality=town, code="lamp")
    zone = zone_with_shape(town, code="centre", geometry=square(0, 0, 3, 4))
    rule_set = RuleSetFactory.create(municipality=town)
    RuleFactory.create(rule_set=rule_set, code="first", position=0, category=category, zone=zone)
    return town


@pytest.fixture
def office(town: Municipality, client: Client) -> Client:
    """A browser of the town's administrator, in English."""
    client.force_login(member(town, "administrator").user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def path(town: Municipality, name: str, *args: int) -> str:
    """Path of a page."""
    return reverse(f"incidents:{name}", args=[town.slug, *args])


@pytest.mark.parametrize("name", LISTS)
def test_only_who_sets_rules_for_the_whole_town_comes_in(
    town: Municipality, client: Client, name: str
) -> None:
    assert client.get(path(town, name)).status_code == 302
    for role in ("dispatcher", "head", "clerk", "observer"):
        client.force_login(member(town, role).user)
        assert client.get(path(town, name)).status_code == 403
    narrow = member(town, "administrator", department=DepartmentFactory.create(municipality=town))
    client.force_login(narrow.user)
    assert client.get(path(town, name)).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_there_are_no_such_pages_where_reports_are_off(
    town: Municipality, office: Client, name: str
) -> None:
    Municipality.objects.update(modules=[])
    assert office.get(path(town, name)).status_code == 404


def test_the_list_says_where_each_rule_holds(town: Municipality, office: Client) -> None:
    page = office.get(path(town, "rules")).content.decode()
    assert "in CENTRE" in page
    assert "in force" in page


def test_the_list_asks_the_same_number_of_queries_whatever_its_length(
    town: Municipality, office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rule_set = RuleSet.objects.get()
    for _ in range(30):
        zone = zone_with_shape(town, code=f"z{_}", geometry=square(0, 0))
        RuleFactory.create(
            rule_set=rule_set, zone=zone, street=StreetFactory.create(municipality=town)
        )
    with django_assert_max_num_queries(14):
        office.get(path(town, "rules"))


def test_a_draft_is_begun_edited_and_published_by_buttons(
    town: Municipality, office: Client
) -> None:
    office.post(path(town, "rules_draft"))
    draft = draft_of(town)
    assert draft is not None
    department = DepartmentFactory.create(municipality=town)
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lungă"})
    answer = office.post(
        path(town, "rule_add"),
        {
            "code": "long-street",
            "department": department.pk,
            "street": "Strada Lungă",
            "within_metres": "15",
            "weekdays": ["6", "7"],
            "from_time": "22:00",
            "until_time": "06:00",
        },
    )
    assert answer.status_code == 302
    rule = CompetenceRule.objects.get(rule_set=draft, code="long-street")
    assert (rule.street, rule.weekdays, rule.within_metres) == (street, [6, 7], 15)
    office.post(path(town, "rule_move", rule.pk), {"to": "up"})
    assert list(draft.rules.values_list("code", flat=True)) == ["long-street", "first"]
    assert office.post(path(town, "rules_publish"), {"note": "nights"}).status_code == 302
    assert rules_now(town) == draft


def test_a_drawn_area_comes_through_the_intake(town: Municipality, office: Client) -> None:
    begin_draft(municipality=town, act=act_of(town))
    given = {"code": "drawn", "department": DepartmentFactory.create(municipality=town).pk}
    broken = {**given, "drawn": '{"type": "Polygon", "coordinates": [[[26, 46], [27, 47]]]}'}
    assert office.post(path(town, "rule_add"), broken).status_code == 200
    drawn = square(1, 1)[0].json
    assert office.post(path(town, "rule_add"), {**given, "drawn": drawn}).status_code == 302
    kept = CompetenceRule.objects.get(code="drawn").geometry
    assert kept is not None
    assert kept.geom_type == "Polygon"


def test_without_a_draft_nothing_can_be_changed(town: Municipality, office: Client) -> None:
    rule = CompetenceRule.objects.get()
    assert office.get(path(town, "rule_change", rule.pk)).status_code == 404
    office.post(path(town, "rule_remove", rule.pk))
    office.post(path(town, "rule_move", rule.pk), {"to": "up"})
    assert CompetenceRule.objects.get() == rule
    given = {"code": "x", "department": rule.department.pk}
    page = office.post(path(town, "rule_add"), given)
    assert "Begin a new draft" in page.content.decode()


def test_one_rule_is_shown_on_the_map(town: Municipality, office: Client) -> None:
    rule = CompetenceRule.objects.get()
    page = office.get(path(town, "rule", rule.pk)).content.decode()
    assert 'id="map-shapes"' in page
    shapes = json.loads(page.split('id="map-shapes" type="application/json">')[1].split("<")[0])
    assert shapes["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_the_check_names_gaps_and_broken_rules(town: Municipality, office: Client) -> None:
    page = office.get(path(town, "rules_check")).content.decode()
    assert "hectares without an answer" in page
    rule = CompetenceRule.objects.get()
    rule.department.is_active = False
    rule.department.save()
    assert "Its office is closed." in office.get(path(town, "rules_check")).content.decode()
    assert "cannot be followed" in office.get(path(town, "rules")).content.decode()


def test_the_replay_tells_counts_only(town: Municipality, office: Client) -> None:
    assert office.get(path(town, "rules_replay")).status_code == 404
    incident = reported(town, category=Category.objects.get(code="lamp"))
    draft = begin_draft(municipality=town, act=act_of(town))
    draft.rules.update(department=DepartmentFactory.create(municipality=town))
    page = office.get(path(town, "rules_replay")).content.decode()
    assert "1 would go elsewhere" in page
    assert incident.reference not in page


def test_rules_and_kinds_of_another_town_are_not_found(town: Municipality, office: Client) -> None:
    other = RuleFactory.create()
    strange = CategoryFactory.create()
    role = member(MunicipalityFactory.create())
    for name, row in (("rule", other), ("category", strange), ("scope", role)):
        assert office.get(path(town, name, row.pk)).status_code == 404
    for name in ("rule_move", "rule_remove"):
        assert office.post(path(town, name, other.pk), {"to": "up"}).status_code == 404
    given = {"code": "x", "department": DepartmentFactory.create().pk}
    begin_draft(municipality=town, act=act_of(town))
    assert office.post(path(town, "rule_add"), given).status_code == 200


def asking(*rows: dict[str, Any], before: int = 0) -> dict[str, Any]:
    """What the form of questions sends; `answers` of a row are (short name, words) in Romanian."""
    sent: dict[str, Any] = {
        "questions-TOTAL_FORMS": len(rows),
        "questions-INITIAL_FORMS": before,
    }
    for number, row in enumerate(rows):
        prefix = f"questions-{number}"
        answers = row.get("answers", [])
        sent[f"{prefix}-answers-TOTAL_FORMS"] = len(answers)
        sent[f"{prefix}-answers-INITIAL_FORMS"] = len([key for key, _words in answers if key])
        for place, (key, words) in enumerate(answers):
            sent[f"{prefix}-answers-{place}-key"] = key
            sent[f"{prefix}-answers-{place}-names_ro"] = words
        sent |= {f"{prefix}-{name}": row[name] for name in row if name != "answers"}
    return sent


def bulb(town: Municipality, *rows: dict[str, Any], before: int = 0) -> dict[str, Any]:
    """The form of a kind of fault with some questions."""
    return {
        "code": "bulb",
        "parent": Category.objects.get(municipality=town, code="group").pk,
        "names_ro": "Bec",
        "words_ro": "bec, lumină",
        "icon": "lamp",
        "shapes": ["point"],
        "reporter": "email",
        "visibility": "public",
        "release": "person",
        "position": "3",
        "is_active": "on",
        **asking(*rows, before=before),
    }


POLE: dict[str, Any] = {"datatype": "string", "names_ro": "Numărul de pe stâlp"}
SIZE: dict[str, Any] = {
    "datatype": "singlevaluelist",
    "names_ro": "Cât de mare?",
    "is_required": "on",
    "answers": [("", "cât o palmă"), ("", "cât o roată"), ("", "")],
}
SPARE: dict[str, Any] = {"datatype": "string", "names_ro": "", "answers": [("", "")]}


def test_a_kind_of_fault_is_added_with_its_questions(town: Municipality, office: Client) -> None:
    answer = office.post(path(town, "category_add"), bulb(town, POLE, SIZE, SPARE))
    assert answer.status_code == 302, answer.context["form"].errors
    kept = Category.objects.get(code="bulb")
    assert (kept.words, kept.reporter) == ({"ro": ["bec", "lumină"]}, "email")
    pole, size = kept.questions
    assert pole == {
        "code": "numarul-de-pe-stalp",
        "datatype": "string",
        "is_required": False,
        "names": {"ro": "Numărul de pe stâlp"},
    }
    assert (size["code"], size["is_required"]) == ("cat-de-mare", True)
    assert [value["key"] for value in size["values"]] == ["cat-o-palma", "cat-o-roata"]
    page = office.get(path(town, "category", kept.pk)).content.decode()
    assert "bec, lumină" in page
    assert "cât o palmă" in page


def test_new_words_keep_the_short_names_and_the_history_tells(
    town: Municipality, office: Client
) -> None:
    office.post(path(town, "category_add"), bulb(town, POLE, SIZE))
    kept = Category.objects.get(code="bulb")
    told = len(changes(town))
    same = [
        {**POLE, "code": "numarul-de-pe-stalp"},
        {
            **SIZE,
            "code": "cat-de-mare",
            "answers": [("cat-o-palma", "cât o palmă"), ("cat-o-roata", "cât o roată")],
        },
    ]
    assert (
        office.post(path(town, "category", kept.pk), bulb(town, *same, before=2)).status_code == 302
    )
    assert len(changes(town)) == told
    gone = {**same[0], "is_gone": "on"}
    other = {**same[1], "answers": [("cat-o-palma", "mică"), ("cat-o-roata", ""), ("", "mică")]}
    assert (
        office.post(path(town, "category", kept.pk), bulb(town, gone, other, before=2)).status_code
        == 302
    )
    kept.refresh_from_db()
    assert [row["code"] for row in kept.questions] == ["cat-de-mare"]
    assert kept.questions[0]["values"] == [
        {"key": "cat-o-palma", "names": {"ro": "mică"}},
        {"key": "mica", "names": {"ro": "mică"}},
    ]
    assert list(changes(town)[-1].after or {}) == ["questions"]


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ({**SIZE, "answers": [("", "")]}, "datatype", "A choice needs answers"),
        ({**POLE, "answers": [("", "da")]}, "datatype", "nothing else has them"),
        ({**SIZE, "names_ro": ""}, "names_ro", "in at least one language"),
        ({**POLE, "datatype": "photo"}, "datatype", "photo"),
    ],
)
def test_a_faulty_question_is_named_at_its_field_and_above(
    town: Municipality, office: Client, row: dict[str, Any], field: str, words: str
) -> None:
    answer = office.post(path(town, "category_add"), bulb(town, POLE, row))
    assert answer.status_code == 200
    form = answer.context["form"]
    assert words in str(form.questions.forms[1].errors[field])
    assert "Question 2: " in str(form.non_field_errors())
    assert not Category.objects.filter(code="bulb").exists()


def test_a_role_is_narrowed_by_the_page(town: Municipality, office: Client) -> None:
    role: Membership = member(town, "handler", user=UserFactory.create())
    lamp = Category.objects.get(code="lamp")
    office.post(path(town, "scope", role.pk), {"categories": [lamp.pk]})
    assert Scope.objects.get().membership == role
    assert lamp.name in office.get(path(town, "scopes")).content.decode()


def test_each_group_is_offered_before_what_belongs_to_it(
    town: Municipality, office: Client
) -> None:
    late = CategoryFactory.create(municipality=town, parent=None, code="late", position=9)
    CategoryFactory.create(municipality=town, parent=late, code="part", names={"ro": "Parte"})
    role = member(town, "handler", user=UserFactory.create())
    form = office.get(path(town, "scope", role.pk)).context["form"]
    offered = [str(label) for _value, label in form.fields["categories"].choices]
    assert offered[-2:] == [late.name, "– Parte"]
    assert offered[1].startswith("– ")
    assert not offered[0].startswith("– ")


@pytest.mark.parametrize("name", ["rules", "categories"])
def test_lists_are_had_as_files(town: Municipality, office: Client, name: str) -> None:
    answer = office.get(path(town, name), {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    assert b"lamp" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
