"""Figures of a survey: in groups of ten or more, and nothing to be had by subtraction."""

import csv
import io
import json
from itertools import combinations
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.models import Phase
from consultations.phases import PhaseKind
from consultations.services.survey_results import places_apart, result_of
from consultations.survey_figures import Apart, Tally, apart, crosses, mean, share, whole_steps
from tests.consultations.surveys import Kind, answered, ask, over, running
from tests.factories.consultations import DAY, PhaseFactory
from tests.factories.departments import NOON, member
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape

K = 10
#: A busy machine is no fault of the figures.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROUPS = ("inside", "outside", "business", "association")
tallies = st.builds(
    lambda yes, no: Tally(yes + no, {"yes": yes, "no": no} if yes else {"no": no} if no else {}),
    st.integers(0, 25),
    st.integers(0, 25),
)


# --- Pure -----------------------------------------------------------------------------------------


@calmly
@given(st.dictionaries(st.sampled_from(GROUPS), tallies))
def test_whatever_is_subtracted_from_the_whole_is_nobody_or_ten_people(
    parts: dict[str, Tally],
) -> None:
    shown = apart(parts, K)
    whole = sum(parts.values(), Tally())

    for number in range(len(shown) + 1):
        for chosen in combinations(shown, number):
            taken = sum((one.tally for one in chosen), Tally())
            left = whole.people - taken.people
            assert not shown or left == 0 or left >= K
    assert all(one.tally.may_stand(K) for one in shown)


@calmly
@given(st.dictionaries(st.sampled_from(GROUPS), tallies))
def test_groups_that_are_shown_add_up_to_the_whole(parts: dict[str, Tally]) -> None:
    shown = apart(parts, K)
    told = [key for one in shown for key in one.keys]

    assert len(told) == len(set(told))
    if shown:
        assert sum((one.tally for one in shown), Tally()) == sum(parts.values(), Tally())
        assert set(told) == {key for key, tally in parts.items() if tally.people}


def test_without_joining_the_small_one_is_found_by_subtraction() -> None:
    """The control of the attack: it works where groups are only left out."""
    parts = {"inside": Tally(30, {"yes": 20, "no": 10}), "outside": Tally(1, {"yes": 1})}
    only_large = [tally for tally in parts.values() if tally.people >= K]

    left = sum(tally.people for tally in parts.values()) - sum(one.people for one in only_large)

    assert left == 1
    assert apart(parts, K) == []


def test_a_group_that_all_says_the_same_is_shown_with_another() -> None:
    parts = {
        "inside": Tally(30, {"yes": 20, "no": 10}),
        "outside": Tally(12, {"yes": 12}),
        "business": Tally(15, {"no": 9, "yes": 6}),
    }

    assert [one.keys for one in apart(parts, K)] == [("inside",), ("outside", "business")]


@pytest.mark.parametrize(("beside", "gives_away"), [(0, False), (1, True), (9, True), (10, False)])
def test_two_ways_to_part_people_may_give_a_few_away(beside: int, gives_away: bool) -> None:
    zones = [Apart(("7",), Tally(20 + beside))]
    levels = [Apart(("2",), Tally(20))]

    assert crosses(zones, levels, {("7", "2"): 20, ("7", "1"): beside}, K) is gives_away


@calmly
@given(st.dictionaries(st.integers(0, 6), st.integers(1, 30)))
def test_places_are_told_for_ten_or_not_at_all(counted: dict[int, int]) -> None:
    shown = places_apart(counted, K)

    assert all(number >= K for number in shown.values())
    assert sum(shown.values()) in (0, sum(counted.values()))


def test_a_mean_and_a_share_lie_in_their_intervals() -> None:
    found, part = mean({3: 10, 8: 20}), share(12, 20)

    assert found is not None
    assert found.value == pytest.approx(19 / 3)
    assert found.low < found.value < found.high
    assert part.low < 0.6 == part.value < part.high
    assert mean({}) is None


@calmly
@given(st.integers(0, 500))
def test_what_is_looked_at_grows_in_steps(number: int) -> None:
    seen = whole_steps(number, K)

    assert seen % K == 0
    assert number - K < seen <= number


# --- Stored ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_answers_are_told_apart_by_who_gave_them() -> None:
    phase = over()
    question = ask(phase)
    for standing, yes, no in (("inside", 12, 8), ("outside", 3, 15), ("business", 2, 2)):
        answered(question, ["yes"], standing=standing, times=yes)
        answered(question, ["no"], standing=standing, times=no)

    found = result_of(phase, is_final=True)

    (one,) = found.questions
    assert (found.people, one.whole) == (42, Tally(42, {"yes": 17, "no": 25}))
    assert [(row.keys, row.tally.people) for row in one.standings] == [
        (("inside",), 20),
        (("outside", "business"), 22),
    ]


@pytest.mark.django_db
def test_fewer_than_ten_are_not_told() -> None:
    phase = over()
    question = ask(phase)
    answered(question, ["yes"], times=5)
    answered(question, ["no"], times=4)

    found = result_of(phase, is_final=True)

    assert (found.people, found.questions[0].whole, found.standings) == (None, None, [])


@pytest.mark.django_db
def test_neighbourhoods_and_assurances_are_told_of_those_inside_alone() -> None:
    phase = over()
    town = phase.process.municipality
    zones = [zone_with_shape(town, code=f"z{x}", geometry=square(x, 0)) for x in range(3)]
    question = ask(phase)
    for zone, yes, no in zip(zones, (8, 9, 1), (7, 7, 2), strict=True):
        answered(question, ["yes"], zone=zone, times=yes, assurance=1)
        answered(question, ["no"], zone=zone, times=no, assurance=2)
    answered(question, ["no"], standing="outside", zone=zones[0], times=11)
    answered(question, ["yes"], standing="outside", zone=zones[0], times=11)

    (one,) = result_of(phase, is_final=True).questions

    assert [row.keys for row in one.standings] == [("inside",), ("outside",)]
    # The third has three: it joins its neighbour.
    assert [(row.keys, row.tally.people) for row in one.zones] == [
        ((str(zones[0].pk),), 15),
        ((str(zones[1].pk), str(zones[2].pk)), 19),
    ]
    # Each assurance said the same throughout, and so is not told.
    assert one.assurances == []


@pytest.mark.django_db
def test_while_it_runs_one_more_answer_shows_nothing() -> None:
    phase = running()
    question = ask(phase)
    answered(question, ["yes"], times=19)
    before = result_of(phase, is_final=False)

    answered(question, ["no"], standing="business")
    step = result_of(phase, is_final=False)
    answered(question, ["no"], times=9)

    assert before.questions[0].whole == Tally(10, {"yes": 10})
    assert step.questions[0].whole == Tally(20, {"yes": 19, "no": 1})
    assert result_of(phase, is_final=False) == step
    assert (before.standings, step.questions[0].standings) == ((), ())


@pytest.mark.django_db
def test_places_are_counted_by_neighbourhood() -> None:
    phase = over()
    town = phase.process.municipality
    near = zone_with_shape(town, code="near", geometry=square(0, 0))
    zone_with_shape(town, code="far", geometry=square(2, 2))
    question = ask(phase, Kind.POINT)
    answered(question, geometry=spot(0.5, 0.5), times=12)
    answered(question, geometry=spot(2.5, 2.5), times=4)
    answered(question, geometry=spot(3.5, 0.5), times=7)

    found = result_of(phase, is_final=True)

    assert found.questions[0].places == {near.pk: 12, 0: 11}


@pytest.mark.django_db
def test_only_released_words_are_told() -> None:
    phase = over()
    question = ask(phase, Kind.TEXT)
    for state in ("released", "waiting", "refused"):
        answered(question, submission=SubmissionFactory.create(state=state, text=state))

    assert result_of(phase, is_final=True).questions[0].texts == ["released"]


@pytest.mark.django_db
def test_more_people_and_questions_cost_no_more_queries() -> None:
    def cost(questions: int, people: int) -> int:
        phase = over()
        zone = zone_with_shape(phase.process.municipality, code="z", geometry=square(0, 0))
        for _number in range(questions):
            one = ask(phase)
            answered(one, ["yes"], zone=zone, times=people)
            answered(one, ["no"], times=people)
            answered(ask(phase, Kind.POINT), geometry=spot(0.5, 0.5), times=people)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            result_of(phase, is_final=True)
        return len(queries)

    assert cost(4, 40) == cost(1, 12) <= 8


# --- Pages ----------------------------------------------------------------------------------------


def page(phase: Phase, query: str = "", town: Any = None) -> str:
    town = town or phase.process.municipality
    return f"/{town.slug}/consultations/{phase.process.pk}/survey/result/{query}"


def told(phase: Phase) -> None:
    question, scale = ask(phase), ask(phase, Kind.SCALE)
    for standing in ("inside", "outside"):
        answered(question, ["yes"], standing=standing, times=7)
        answered(question, ["no"], standing=standing, times=5)
        answered(scale, 3, standing=standing, times=7)
        answered(scale, 9, standing=standing, times=7)


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
def test_everybody_reads_the_result_when_the_survey_is_over(client: Client) -> None:
    phase = over()
    told(phase)

    answer = client.get(page(phase))
    text = client.get(page(phase, "?format=csv")).getvalue().decode()

    assert answer.context["result"].people == 52
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    shares = [row for row in rows if row["of"] == "all" and row["kind"] == "one"]
    assert [(row["count"], row["people"]) for row in shares] == [("14", "24"), ("10", "24")]
    assert {row["of"] for row in rows} == {"all", "standing"}
    assert client.get(page(phase, "?format=geojson")).status_code == 200


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("hides", ["running", "vote"])
def test_a_survey_or_a_vote_that_runs_hides_it_from_all_but_planners(
    client: Client, hides: str
) -> None:
    phase = running() if hides == "running" else over()
    if hides == "vote":
        PhaseFactory.create(process=phase.process, kind=PhaseKind.VOTE)
        PhaseFactory.create(process=phase.process, kind=PhaseKind.RESULT)
    told(phase)

    shown = client.get(page(phase))
    files = {client.get(page(phase, f"?format={one}")).status_code for one in ("csv", "geojson")}
    client.force_login(member(phase.process.municipality, "planner").user)
    own = client.get(page(phase))

    assert (shown.context["result"], files) == (None, {404})
    assert own.context["result"].people == (50 if hides == "running" else 52)


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
def test_a_survey_that_has_not_begun_and_one_of_another_town(client: Client) -> None:
    ahead = running(starts_at=NOON + DAY)
    phase = over()
    other = MunicipalityFactory.create(modules=["consultations"])

    assert client.get(page(ahead)).context["result"] is None
    assert client.get(page(phase, town=other)).status_code == 404
    assert client.get(page(phase, f"?phase={ahead.pk}")).status_code == 404


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
def test_the_map_has_a_number_for_each_neighbourhood_and_no_place(client: Client) -> None:
    phase = over()
    zone = zone_with_shape(phase.process.municipality, code="z", geometry=square(0, 0))
    question = ask(phase, Kind.POINT)
    answered(question, geometry=spot(0.25, 0.75), times=12)
    answered(question, geometry=spot(3.5, 3.5), times=11)

    shown = client.get(page(phase))
    file = client.get(page(phase, "?format=geojson")).getvalue().decode()

    (mark,) = shown.context["marks"]
    assert (mark["number"], shown.context["select"]) == (12, str(zone.pk))
    assert mark["place"] != list(spot(0.25, 0.75).coords)
    features = json.loads(file)["features"]
    assert {one["properties"]["answers"] for one in features} == {11, 12}
    assert {one["geometry"] and one["geometry"]["type"] for one in features} == {
        "MultiPolygon",
        None,
    }
