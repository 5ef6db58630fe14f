"""From a template to texts, phases, area and rules; each refusal says what to do."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from consultations.ballots import BallotForm
from consultations.blueprints import BLUEPRINTS
from consultations.eligibility import Whose
from consultations.models import EligibilityRule, Phase, Process
from consultations.phases import Action, PhaseKind, faults_of
from consultations.services import preparing, who_counts
from consultations.services.preparing import Beginning, PhasePlan
from consultations.services.who_counts import RuleChoice
from tests.consultations.preparation import consulting_town, draft, drawn_area, with_vote
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY, ProcessFactory, QuestionFactory, RuleFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory, changes
from tests.factories.notifications import TargetAreaFactory
from tests.factories.zones import square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner() -> User:
    """Somebody who prepares."""
    user: User = UserFactory.create()
    return user


def begun(town: Municipality, planner: User, code: str = "tram_line", **fields: Any) -> Process:
    """A consultation out of a template."""
    given = {
        "blueprint": BLUEPRINTS[code],
        "names": {"ro": "Linia 1"},
        "department": DepartmentFactory.create(municipality=town),
        "starts_on": TODAY,
        **fields,
    }
    return preparing.begin(municipality=town, beginning=Beginning(**given), actor=planner, now=NOON)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, Any]:
    """Sentences by field."""
    return error.value.message_dict


@pytest.mark.parametrize("code", list(BLUEPRINTS))
def test_a_template_lays_its_phases_one_after_the_other(code: str, planner: User) -> None:
    process = begun(consulting_town(), planner, code)
    phases = list(process.phases.order_by("starts_at", "pk"))
    assert [one.kind for one in phases] == [stage.kind for stage in BLUEPRINTS[code].stages]
    assert faults_of(phases) == []
    assert phases[0].starts_at == dt.datetime(2026, 5, 3, 21, tzinfo=dt.UTC)
    for before, after in pairwise(phases):
        assert before.ends_at == after.starts_at


def test_a_template_with_a_vote_asks_for_sure_addresses(planner: User) -> None:
    process = begun(consulting_town(), planner, "budget_year")
    rule = EligibilityRule.objects.get(process=process)
    assert (rule.action, rule.whose, rule.assurance) == ("vote", "town", 2)
    vote = process.phases.get(kind=PhaseKind.VOTE)
    assert BallotForm.of({**vote.settings, "budget": "5.00"}).currency == "RON"


def test_numbers_follow_each_other_in_each_town(planner: User) -> None:
    town = consulting_town()
    assert [begun(town, planner).number for _ in range(2)] == [1, 2]
    assert begun(consulting_town(), planner).number == 1
    assert [one.subject for one in changes(town)] == ["consultation", "consultation"]


def test_a_title_in_the_first_language_is_asked_for(planner: User) -> None:
    with pytest.raises(ValidationError) as error:
        begun(consulting_town(), planner, names={"en": "Line 1", "ro": "  "})
    assert "names_ro" in refused(error)


@pytest.mark.parametrize("field", ["department", "area"])
def test_nothing_of_another_town_is_taken(field: str, planner: User) -> None:
    factory = DepartmentFactory if field == "department" else TargetAreaFactory
    strange: dict[str, Any] = {field: factory.create()}
    with pytest.raises(ValidationError) as error:
        begun(consulting_town(), planner, **strange)
    assert field in refused(error)


def test_texts_are_kept_without_empty_languages(planner: User) -> None:
    process = draft()
    preparing.set_texts(
        process=process,
        names={"ro": " Nou ", "en": ""},
        texts={"ro": "x" * 2000},
        department=process.department,
        actor=planner,
        now=NOON,
    )
    process.refresh_from_db()
    assert (process.names, len(process.texts["ro"])) == ({"ro": "Nou"}, 2000)


def test_a_text_that_is_too_long_is_refused_at_its_field(planner: User) -> None:
    process = draft()
    with pytest.raises(ValidationError) as error:
        preparing.set_texts(
            process=process,
            names={"ro": "Titlu"},
            texts={"en": "x" * 5001},
            department=process.department,
            actor=planner,
            now=NOON,
        )
    assert "texts_en" in refused(error)


def plan(kind: str, begins: int, ends: int | None, pk: int | None = None) -> PhasePlan:
    """A phase in days from now."""
    return PhasePlan(kind, NOON + begins * DAY, None if ends is None else NOON + ends * DAY, pk)


def test_phases_that_stay_keep_their_questions(planner: User) -> None:
    process = draft()
    kept = QuestionFactory.create(phase__process=process).phase
    plans = [plan("survey", 3, 9, kept.pk), plan("result", 9, None)]
    preparing.set_phases(process=process, plans=plans, actor=planner, now=NOON)
    assert list(process.phases.order_by("starts_at").values_list("kind", flat=True)) == [
        "survey",
        "result",
    ]
    assert process.phases.get(pk=kept.pk).questions.count() == 1


@pytest.mark.parametrize(
    ("plans", "code"),
    [
        ([], "empty"),
        ([plan("debate", 2, 1)], "backwards"),
        ([plan("vote", 1, None)], "endless_vote"),
        ([plan("vote", 1, 5), plan("vote", 4, 8)], "two_votes"),
        ([plan("vote", 1, 5), plan("result", 4, None)], "result_first"),
        ([plan("party", 1, 5)], "kind"),
        ([plan("debate", 1, 5)] * 21, "too_many"),
    ],
)
def test_a_plan_that_cannot_hold_is_refused(
    plans: list[PhasePlan], code: str, planner: User
) -> None:
    process = draft()
    with pytest.raises(ValidationError) as error:
        preparing.set_phases(process=process, plans=plans, actor=planner, now=NOON)
    assert code in {one.code for one in error.value.error_list}
    assert process.phases.count() == 1


def test_a_phase_of_another_consultation_is_not_moved(planner: User) -> None:
    process, other = draft(), draft()
    strange = other.phases.get()
    preparing.set_phases(
        process=process, plans=[plan("debate", 1, 2, strange.pk)], actor=planner, now=NOON
    )
    assert Phase.objects.get(pk=strange.pk).process_id == other.pk


def test_a_ballot_that_cannot_be_counted_is_refused(planner: User) -> None:
    process = with_vote(draft())
    vote = process.phases.get(kind=PhaseKind.VOTE)
    act: dict[str, Any] = {"process": process, "actor": planner, "now": NOON}
    with pytest.raises(ValidationError) as error:
        preparing.set_vote(phase=vote, settings={**vote.settings, "budget": "0"}, **act)
    assert error.value.code == "ballot_budget"
    debate = process.phases.get(kind=PhaseKind.DEBATE)
    with pytest.raises(ValidationError) as error:
        preparing.set_vote(phase=debate, settings=vote.settings, **act)
    assert error.value.code == "not_a_vote"


def test_an_empty_area_is_refused(planner: User) -> None:
    process = draft()
    empty = TargetAreaFactory.create(municipality=process.municipality, geometry=None)
    with pytest.raises(ValidationError) as error:
        preparing.set_area(process=process, area=empty, actor=planner, now=NOON)
    assert "area" in refused(error)
    preparing.set_area(process=process, area=None, actor=planner, now=NOON)
    process.refresh_from_db()
    assert process.area is None


def rule(process: Process, planner: User, **fields: Any) -> EligibilityRule:
    """The rule of the vote."""
    action = fields.pop("action", Action.VOTE)
    choice = RuleChoice(**{"whose": Whose.TOWN, **fields})
    return who_counts.set_rule(
        process=process, action=action, choice=choice, actor=planner, now=NOON
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"whose": Whose.ZONES}, "zones"),
        ({"whose": Whose.HOME_PLUS, "others": 0}, "others"),
        ({"whose": Whose.HOME_PLUS, "others": 6}, "others"),
        ({"least_age": 31}, "least_age"),
        ({"assurance": 4}, "assurance"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(
    fields: dict[str, Any], field: str, planner: User
) -> None:
    with pytest.raises(ValidationError) as error:
        rule(draft(), planner, **fields)
    assert field in refused(error)


def test_zones_of_another_town_are_refused_and_own_ones_kept(planner: User) -> None:
    process = draft()
    own = zone_with_shape(process.municipality, code="own", geometry=square(0, 0))
    strange = zone_with_shape(consulting_town(), code="strange", geometry=square(0, 0))
    with pytest.raises(ValidationError) as error:
        rule(process, planner, whose=Whose.ZONES, zones=[strange])
    assert "zones" in refused(error)
    rule(process, planner, whose=Whose.ZONES, zones=[own])
    row = rule(process, planner, whose=Whose.HOME_PLUS, zones=[own], others=2)
    assert (list(row.zones.all()), row.others) == ([own], 2)
    assert EligibilityRule.objects.count() == 1


def test_reading_is_open_to_everybody(planner: User) -> None:
    with pytest.raises(ValidationError) as error:
        rule(draft(), planner, action=Action.READ)
    assert error.value.code == "action"


def bind(process: Process, planner: User, decision: str = "") -> Process:
    """Let the town be bound."""
    return who_counts.set_binding(
        process=process, is_binding=True, council_decision=decision, actor=planner, now=NOON
    )


def test_a_binding_vote_needs_sure_addresses_or_a_decision_of_the_council(planner: User) -> None:
    process = with_vote(draft())
    with pytest.raises(ValidationError) as error:
        bind(process, planner)
    assert "council_decision" in refused(error)
    assert bind(process, planner, "HCL 12/2026").is_binding
    RuleFactory.create(process=process, assurance=2)
    assert bind(process, planner).is_binding
    with pytest.raises(ValidationError):
        rule(process, planner, assurance=1)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_is_published_stays_as_it_is(state: str, planner: User) -> None:
    process = ProcessFactory.create(state=state)
    act: dict[str, Any] = {"process": process, "actor": planner, "now": NOON}
    verbs: list[Callable[[], Any]] = [
        lambda: preparing.set_texts(
            names={"ro": "x"}, texts={}, department=process.department, **act
        ),
        lambda: preparing.set_phases(plans=[plan("debate", 1, 2)], **act),
        lambda: preparing.set_area(area=drawn_area(process.municipality), **act),
        lambda: rule(process, planner),
        lambda: bind(process, planner, "HCL 1"),
        lambda: who_counts.set_reference_day(on=TODAY, **act),
    ]
    for verb in verbs:
        with pytest.raises(ValidationError) as error:
            verb()
        assert error.value.code == "fixed"
