"""Rolls: judged all together as one by one, made once, in an order drawn by lot."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.eligibility import Whose
from consultations.models import BudgetProject, Phase, Process, Roll, RollEntry
from consultations.phases import Action, PhaseKind
from consultations.services import intake
from consultations.services.homes import verdict_for
from consultations.services.rolls import digest_of, make_roll
from consultations.tasks import run_votes
from residents.models import Residence, Resident
from tests.consultations.votes import AFTER, DAY, SETTINGS, a_vote, add_voter, cast_all
from tests.factories.consultations import (
    BudgetProjectFactory,
    PhaseFactory,
    ProcessFactory,
    RuleFactory,
)
from tests.factories.departments import NOON, TODAY
from tests.factories.notifications import TargetAreaFactory
from tests.factories.residents import ResidentFactory
from tests.factories.zones import MunicipalityFactory, ZoneFactory, spot, square

pytestmark = pytest.mark.django_db

HOMES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.5]),  # where; 1.0 lies on the edge of the area
        st.sampled_from([1, 2, 3]),  # how sure
        st.sampled_from([None, 1950, 2009, 2010, 2011]),  # year of birth
        st.sampled_from(["stays", "left", "comes", "unfinished", "nowhere"]),
        st.sampled_from([0, 1, 2]),  # which zones
    ),
    max_size=12,
)
RULES = st.tuples(
    st.sampled_from(list(Whose)),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([0, 16]),
    st.booleans(),
)


def prepared(process: Process, **facts: object) -> Phase:
    BudgetProjectFactory.create_batch(5, process=process, drawn=None)
    values = {"kind": PhaseKind.VOTE, "settings": SETTINGS, **facts}
    phase: Phase = PhaseFactory.create(process=process, **values)
    return phase


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(homes=HOMES, rule=RULES)
def test_the_roll_says_of_everybody_what_they_are_told_alone(
    db: None,
    homes: list[tuple[float, int, int | None, str, int]],
    rule: tuple[Whose, int, int, bool],
) -> None:
    whose, assurance, least_age, has_area = rule
    town = MunicipalityFactory.create()
    area = TargetAreaFactory.create(municipality=town, geometry=square(0, 0)) if has_area else None
    process = ProcessFactory.create(municipality=town, area=area)
    zones = [ZoneFactory.create(kind__municipality=town) for _ in range(2)]
    row = RuleFactory.create(
        process=process, whose=whose, assurance=assurance, least_age=least_age, others=1
    )
    row.zones.set(zones[:1])
    for column, sure, year, fate, where in homes:
        add_home(process, column, sure, year, fate, [None, *zones][where])
    phase = prepared(process)
    roll = make_roll(phase=phase, now=NOON)
    told = {
        one.pk: verdict_for(one.user, process, Action.VOTE, NOON)
        for one in Resident.objects.in_municipality(town).finished()
    }
    written = {one.resident_id: one for one in RollEntry.objects.filter(roll=roll)}
    assert written.keys() == told.keys()
    for number, verdict in told.items():
        line = written[number]
        assert (line.why, frozenset(line.zone_ids), line.others) == (
            verdict.why,
            verdict.zones,
            verdict.others,
        )
        assert line.zone_id is None or line.zone_id in verdict.zones


def add_home(
    process: Process, column: float, sure: int, year: int | None, fate: str, zone: object
) -> None:
    if fate == "nowhere":
        ResidentFactory.create(municipality=process.municipality)
        return
    home = add_voter(process, zone, assurance=sure, location=spot(column, 0.5))  # type: ignore[arg-type]
    day = process.reference_on
    assert day is not None
    if fate == "left":
        Residence.objects.filter(pk=home.pk).update(valid_until=day)
    if fate == "comes":
        Residence.objects.filter(pk=home.pk).update(valid_from=day + DAY)
    unfinished = {"finished_at": None} if fate == "unfinished" else {}
    Resident.objects.filter(pk=home.resident_id).update(birth_year=year, **unfinished)


def test_it_stays_as_it_was_made() -> None:
    vote = a_vote()
    roll = Roll.objects.get(phase=vote.phase)
    add_voter(vote.process)
    assert make_roll(phase=vote.phase, now=NOON).pk == roll.pk
    assert roll.entries.count() == 3
    with pytest.raises(ValidationError) as refused:
        make_roll(phase=vote.phase, now=NOON, anew=True)
    assert refused.value.code == "roll_stays"


def test_before_the_vote_it_can_be_made_anew() -> None:
    phase = prepared(ProcessFactory.create(), starts_at=NOON + DAY)
    make_roll(phase=phase, now=NOON)
    add_voter(phase.process)
    again = make_roll(phase=phase, now=NOON, anew=True)
    assert Roll.objects.get(phase=phase).pk == again.pk
    assert again.entries.count() == 1


def test_the_digest_says_whether_a_line_was_changed_but_not_who_voted() -> None:
    vote = a_vote()
    roll = Roll.objects.get(phase=vote.phase)

    def now() -> bytes:
        return digest_of(roll.entries.all(), bytes(roll.salt))

    cast_all(vote, [{vote.codes[0]: 1}] * 3)
    assert now() == bytes(roll.digest)
    roll.entries.filter(resident__user=vote.users[0]).update(why="outside")
    assert now() != bytes(roll.digest)


def test_the_order_is_drawn_by_lot() -> None:
    orders = set()
    for _ in range(6):
        process = ProcessFactory.create()
        make_roll(phase=prepared(process), now=NOON)
        rows = BudgetProject.objects.filter(process=process).order_by("pk")
        drawn = tuple(rows.values_list("drawn", flat=True))
        assert sorted(drawn) == [1, 2, 3, 4, 5]  # type: ignore[type-var]
        orders.add(drawn)
    assert len(orders) > 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": "draft", "published_at": None}, "not_published"),
        ({"reference_on": TODAY + DAY}, "reference_ahead"),
        ({"is_binding": True}, "binding_assurance"),
    ],
)
def test_what_is_not_ready_has_no_roll(facts: dict[str, object], code: str) -> None:
    phase = prepared(ProcessFactory.create(**facts))
    with pytest.raises(ValidationError) as refused:
        make_roll(phase=phase, now=NOON)
    assert refused.value.code == code
    assert not Roll.objects.exists()


def test_a_decision_of_the_council_lets_declared_homes_bind() -> None:
    process = ProcessFactory.create(is_binding=True, council_decision="HCL 12/2026")
    assert make_roll(phase=prepared(process), now=NOON).entries.count() == 0


def test_a_vote_without_projects_has_no_roll() -> None:
    phase = PhaseFactory.create(kind=PhaseKind.VOTE, settings=SETTINGS)
    with pytest.raises(ValidationError) as refused:
        make_roll(phase=phase, now=NOON)
    assert refused.value.code == "no_projects"


def test_a_large_town_is_judged_in_few_questions(django_assert_max_num_queries: object) -> None:
    process = ProcessFactory.create()
    for _ in range(20):
        add_voter(process)
    phase = prepared(process)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        make_roll(phase=phase, now=NOON)


class TestByItself:
    def test_rolls_are_made_at_the_start_and_votes_closed_at_the_end(
        self, time_machine: object
    ) -> None:
        process = ProcessFactory.create()
        add_voter(process)
        phase = prepared(process)
        broken = prepared(ProcessFactory.create(), settings={})
        self.at(time_machine, NOON - DAY - dt.timedelta(seconds=1))
        assert not Roll.objects.exists()
        self.at(time_machine, NOON - DAY)
        assert [one.phase_id for one in Roll.objects.all()] == [phase.pk]
        self.at(time_machine, AFTER - dt.timedelta(seconds=1))
        assert Roll.objects.get().closed_at is None
        self.at(time_machine, AFTER)
        self.at(time_machine, AFTER)
        assert Roll.objects.get().closed_at == AFTER
        assert broken.pk != phase.pk

    def test_papers_that_are_out_are_waited_for_three_days(self, time_machine: object) -> None:
        vote = a_vote()
        RollEntry.objects.filter(resident__user=vote.users[0]).update(channel="paper")
        self.at(time_machine, AFTER + 3 * DAY - dt.timedelta(seconds=1))
        assert Roll.objects.get().closed_at is None
        self.at(time_machine, AFTER + 3 * DAY)
        assert Roll.objects.get().closed_at is not None
        assert intake.counts(vote.phase.pk) == {}

    @staticmethod
    def at(machine: object, moment: dt.datetime) -> None:
        machine.move_to(moment, tick=False)  # type: ignore[attr-defined]
        run_votes()
