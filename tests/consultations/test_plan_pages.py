"""Pages of planners: only for them, within the town, with few queries, and without any script."""

import json
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from consultations.models import Process
from consultations.phases import PhaseKind
from consultations.services.realising import set_realisation
from tests.consultations.preparation import BALLOT, consulting_town, draft, drawn_area, with_vote
from tests.factories.consultations import DAY, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON, DepartmentFactory, WorksFactory, member
from tests.factories.zones import square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
PAGES = (
    "plan_process",
    "plan_texts",
    "plan_phases",
    "plan_area",
    "plan_who",
    "plan_publish",
    "plan_drawing",
    "plan_import",
    "plan_realisation",
)
LINE = {"type": "LineString", "coordinates": [[26.301, 46.901], [26.305, 46.905]]}


@pytest.fixture
def town() -> Municipality:
    """A town with consultations."""
    return consulting_town()


@pytest.fixture
def planner(town: Municipality, client: Client) -> Client:
    """A browser of the town's planner, in English."""
    client.force_login(member(town, "planner").user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def path(town: Municipality, name: str, *args: int) -> str:
    """Path of a page."""
    return reverse(f"consultations:{name}", args=[town.slug, *args])


def every_page(town: Municipality, process: Process) -> list[str]:
    """Every page of planners about a consultation that has a drawing and a vote."""
    layer = process.layers.get(code="a")
    part = layer.parts.get()
    vote = process.phases.get(kind=PhaseKind.VOTE)
    return [
        *(path(town, name, process.pk) for name in PAGES),
        path(town, "plan_withdraw", process.pk),
        path(town, "plan_layers", process.pk),
        path(town, "plan_vote_form", process.pk, vote.pk),
        path(town, "plan_layer", process.pk, layer.pk),
        path(town, "plan_part_new", process.pk, layer.pk),
        path(town, "plan_part", process.pk, layer.pk, part.pk),
    ]


def test_only_planners_and_administrators_come_in(town: Municipality, client: Client) -> None:
    pages = [
        *every_page(town, with_vote(draft(town))),
        path(town, "plan_list"),
        path(town, "plan_new"),
    ]
    assert {client.get(page).status_code for page in pages} == {302}
    for role in ("moderator", "press", "head", "observer"):
        client.force_login(member(town, role).user)
        assert {client.get(page).status_code for page in pages} == {403}
        assert {client.post(page).status_code for page in pages} <= {403, 405}
    client.force_login(member(town, "administrator").user)
    assert {client.get(page).status_code for page in pages} <= {200, 302}


def test_the_row_of_another_town_is_not_there(town: Municipality, planner: Client) -> None:
    other = with_vote(draft())
    strange = [
        page.replace(other.municipality.slug, town.slug)
        for page in every_page(other.municipality, other)
    ]
    assert {planner.get(page).status_code for page in strange} == {404}
    assert {planner.post(page).status_code for page in strange} <= {404, 405}


def test_parts_and_phases_of_another_consultation_are_not_there(
    town: Municipality, planner: Client
) -> None:
    own, other = draft(town), with_vote(draft(town))
    layer, vote = other.layers.get(code="a"), other.phases.get(kind=PhaseKind.VOTE)
    assert planner.get(path(town, "plan_layer", own.pk, layer.pk)).status_code == 404
    assert planner.get(path(town, "plan_vote_form", own.pk, vote.pk)).status_code == 404
    strange, mine = layer.parts.get().pk, own.layers.get(code="a").pk
    assert planner.get(path(town, "plan_part", own.pk, mine, strange)).status_code == 404
    given = {"layer": layer.pk, "remove": "1"}
    assert planner.post(path(town, "plan_drawing", own.pk), given).status_code == 404
    given = {"remove": strange}
    assert planner.post(path(town, "plan_layer", own.pk, mine), given).status_code == 404


def test_there_are_no_such_pages_where_consultations_are_off(
    town: Municipality, planner: Client
) -> None:
    Municipality.objects.update(modules=[])
    assert planner.get(path(town, "plan_list")).status_code == 404


def test_the_list_is_filtered_by_state_and_zone(town: Municipality, planner: Client) -> None:
    near = zone_with_shape(town, code="near", geometry=square(0, 0))
    far = zone_with_shape(town, code="far", geometry=square(3, 3))
    here = draft(town)
    everywhere = ProcessFactory.create(municipality=town)
    ProcessFactory.create(municipality=consulting_town())

    def found(query: str) -> set[Process]:
        return set(planner.get(path(town, "plan_list") + query).context["page"])

    assert found("") == {here, everywhere}
    assert found("?state=draft") == {here}
    assert found(f"?zone={near.pk}") == {here, everywhere}
    assert found(f"?zone={far.pk}") == {everywhere}
    assert planner.get(path(town, "plan_list") + "?state=lost").status_code == 404
    assert planner.get(path(town, "plan_list") + "?zone=999999").status_code == 404


def test_the_list_asks_as_much_whatever_its_length(
    town: Municipality, planner: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        process = ProcessFactory.create(municipality=town, number=100 + number)
        PhaseFactory.create(process=process)
    with django_assert_max_num_queries(14):
        assert len(planner.get(path(town, "plan_list")).context["rows"]) == 25
    table = b"".join(planner.get(path(town, "plan_list") + "?format=csv"))
    assert table.count(b"\n") == 26


def test_the_overview_asks_as_much_whatever_the_drawing(
    town: Municipality, planner: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    process = with_vote(draft(town))
    with django_assert_max_num_queries(45):
        page = planner.get(path(town, "plan_process", process.pk))
    steps = {step["code"]: step["is_done"] for step in page.context["steps"]}
    assert steps["texts"]
    assert steps["drawing"]
    assert {"projects", "who", "phases", "area"} <= set(steps)


def test_a_consultation_is_begun_from_a_template(town: Municipality, planner: Client) -> None:
    given = {
        "template": "tram_line",
        "names_ro": "Linia 1",
        "department": DepartmentFactory.create(municipality=town).pk,
        "starts_on": "2026-05-10",
        "area": drawn_area(town).pk,
    }
    wrong = planner.post(path(town, "plan_new"), {**given, "names_ro": ""})
    assert wrong.status_code == 422
    answer = planner.post(path(town, "plan_new"), given)
    process = Process.objects.get()
    assert answer["Location"] == path(town, "plan_process", process.pk)
    assert (process.state, process.phases.count()) == ("draft", 6)


def phase_table(*rows: dict[str, Any]) -> dict[str, Any]:
    """A filled-in table of phases."""
    given: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        given |= {f"form-{number}-{name}": value for name, value in row.items()}
    return given


def test_phases_are_kept_on_the_clock_of_the_town(town: Municipality, planner: Client) -> None:
    process = draft(town)
    debate = process.phases.get()
    page = path(town, "plan_phases", process.pk)
    begins = {"starts_at": "2026-05-10T00:00", "ends_at": "2026-05-20T00:00"}
    rows = (
        {"pk": debate.pk, "kind": "debate", **begins, "gone": "on"},
        {"kind": "survey", **begins},
        {"kind": ""},
    )
    assert planner.post(page, phase_table(*rows)).status_code == 302
    survey = process.phases.get()
    assert (survey.kind, survey.starts_at.isoformat()) == ("survey", "2026-05-09T21:00:00+00:00")
    wrong = planner.post(page, phase_table({"kind": "vote", "starts_at": "2026-05-10T00:00"}))
    assert wrong.status_code == 422
    wrong = planner.post(page, phase_table({"kind": "vote", "starts_at": "tomorrow"}))
    assert wrong.status_code == 422
    assert process.phases.get() == survey


def test_a_published_phase_is_only_prolonged(town: Municipality, planner: Client) -> None:
    process = ProcessFactory.create(municipality=town)
    debate = PhaseFactory.create(process=process)
    page = path(town, "plan_phases", process.pk)
    with time_machine.travel(NOON, tick=False):
        for day, status in (("2026-05-12", 422), ("2026-05-30", 302)):
            given = {"phase": debate.pk, "ends_at": f"{day}T12:00"}
            assert planner.post(page, given).status_code == status
        assert planner.get(page).status_code == 200
    debate.refresh_from_db()
    assert debate.ends_at is not None
    assert debate.ends_at > NOON + 20 * DAY


def test_a_ballot_is_set_or_refused_at_its_field(town: Municipality, planner: Client) -> None:
    process = with_vote(draft(town))
    vote = process.phases.get(kind=PhaseKind.VOTE)
    page = path(town, "plan_vote_form", process.pk, vote.pk)
    given = {**BALLOT, "rule": "greedy", "threshold": "0"}
    assert "most" in planner.post(page, {**given, "most": "0"}).context["form"].errors
    wrong = planner.post(page, {**given, "completion": "on"})
    assert "completion" in wrong.context["form"].errors
    assert "k" in planner.post(page, {**given, "k": "2"}).context["form"].errors
    answer = planner.post(page, {**given, "ballot": "knapsack", "budget": "250000"})
    assert answer.status_code == 302
    vote.refresh_from_db()
    assert (vote.settings["budget"], vote.settings["most"]) == ("250000.00", 0)


def test_who_counts_is_kept_together_or_not_at_all(town: Municipality, planner: Client) -> None:
    process = with_vote(draft(town))
    page = path(town, "plan_who", process.pk)
    given = {"vote-whose": "town", "vote-assurance": "1", "reference_on": "2026-05-01"}
    refused = planner.post(page, {**given, "is_binding": "on"})
    assert refused.status_code == 422
    assert "council_decision" in refused.context["binding"].errors
    assert not process.rules.exists()
    decided = {**given, "is_binding": "on", "council_decision": "HCL 12/2026"}
    assert planner.post(page, decided).status_code == 302
    sure = {**given, "is_binding": "on", "vote-assurance": "3"}
    assert planner.post(page, sure).status_code == 302
    process.refresh_from_db()
    assert (process.is_binding, process.rules.get().assurance) == (True, 3)
    assert planner.post(page, given).status_code == 302
    assert process.rules.get().assurance == 1


def test_a_project_is_drawn_without_the_map(town: Municipality, planner: Client) -> None:
    process = draft(town)
    process.layers.all().delete()
    words = {"kind": "alternative", "names_ro": "Nord", "descriptions_ro": "Pe strada de nord."}
    page = path(town, "plan_drawing", process.pk)
    without = planner.post(page, {**words, "descriptions_ro": ""})
    assert "descriptions_ro" in without.context["form"].errors
    assert planner.post(page, words).status_code == 302
    layer = process.layers.get()
    given = {"kind": "section", "names_ro": "Centru", "shape": "26.301 46.901\n26.305 46.905"}
    part_page = path(town, "plan_part_new", process.pk, layer.pk)
    assert "shape" in planner.post(part_page, {**given, "shape": "x"}).context["form"].errors
    assert planner.post(part_page, {**given, "again": "1"})["Location"] == part_page
    part = layer.parts.get()
    change = path(town, "plan_part", process.pk, layer.pk, part.pk)
    assert planner.post(change, {**given, "names_ro": "Gara"}).status_code == 302
    assert layer.parts.get().names == {"ro": "Gara"}
    feature = {"type": "Feature", "geometry": LINE, "properties": {"name": "Sud"}}
    file = json.dumps({"type": "FeatureCollection", "features": [feature]})
    given = {"layer": str(layer.pk), "text": file}
    assert planner.post(path(town, "plan_import", process.pk), given).status_code == 302
    assert layer.parts.count() == 2


def test_publishing_and_withdrawing_by_buttons(town: Municipality, planner: Client) -> None:
    process = draft(town, texts={})
    page = path(town, "plan_publish", process.pk)
    with time_machine.travel(NOON, tick=False):
        assert planner.post(page).status_code == 422
        texts = {"names_ro": "Strada", "texts_ro": "Text", "department": process.department_id}
        assert planner.post(path(town, "plan_texts", process.pk), texts).status_code == 302
        assert planner.post(page).status_code == 302
        process.refresh_from_db()
        assert process.state == "published"
        assert planner.post(path(town, "plan_texts", process.pk), texts).status_code == 422
        assert {planner.get(one).status_code for one in _pages(town, process)} <= {200, 302}
        withdraw = path(town, "plan_withdraw", process.pk)
        assert planner.post(withdraw, {"why": ""}).status_code == 422
        assert planner.post(withdraw, {"why": "Redesign"}).status_code == 302
    assert "Redesign" in planner.get(path(town, "plan_process", process.pk)).content.decode()


def test_works_are_named_after_the_publication_too(town: Municipality, planner: Client) -> None:
    process = ProcessFactory.create(municipality=town)
    page = path(town, "plan_realisation", process.pk)
    strange, own = WorksFactory.create(), WorksFactory.create(municipality=town)
    assert planner.post(page, {"works": strange.pk}).status_code == 422
    with pytest.raises(ValidationError):
        set_realisation(process=process, works=strange, actor=process.created_by, now=NOON)
    assert planner.post(page, {"works": own.pk}).status_code == 302
    process.refresh_from_db()
    assert process.realisation == own
    Process.objects.update(state="withdrawn")
    assert planner.post(page, {"works": ""}).status_code == 422


def _pages(town: Municipality, process: Process) -> list[str]:
    return [path(town, name, process.pk) for name in PAGES]
