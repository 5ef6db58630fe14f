"""What is missing before a consultation may be seen, and what can be done with it afterwards."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from consultations.models import Phase, Process
from consultations.phases import PhaseKind
from consultations.services import law, publishing
from consultations.services.publishing import faults_before_publishing
from tests.consultations.preparation import consulting_town, draft, with_vote
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY, PhaseFactory, ProcessFactory, RuleFactory
from tests.factories.departments import NOON, changes
from zones.models import TargetArea
from zones.services.target_areas import replay

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner() -> User:
    """Somebody who publishes."""
    user: User = UserFactory.create()
    return user


def blocking(process: Process, now: dt.datetime = NOON) -> set[tuple[str, str]]:
    """Steps and codes of what stops the publication."""
    found = faults_before_publishing(process, now)
    return {(one.step, one.code) for one in found if one.is_blocking and one.step != "law"}


def test_a_draft_that_lacks_nothing_has_no_faults() -> None:
    assert blocking(draft()) == set()
    assert blocking(with_vote(draft())) == set()


def _phase(process: Process, **fields: Any) -> None:
    Phase.objects.filter(process=process).update(**fields)


def _set(process: Process, **fields: Any) -> None:
    Process.objects.filter(pk=process.pk).update(**fields)


CASES: list[tuple[str, str, Callable[[Process], Any]]] = [
    ("texts", "names", lambda one: _set(one, names={"en": "Only English"})),
    ("texts", "texts", lambda one: _set(one, texts={})),
    ("phases", "empty", lambda one: one.phases.all().delete()),
    ("phases", "over", lambda one: _phase(one, starts_at=NOON - 9 * DAY, ends_at=NOON)),
    ("survey", "questions", lambda one: _phase(one, kind=PhaseKind.SURVEY)),
    ("area", "area", lambda one: _set(one, area=None)),
    ("area", "area_empty", lambda one: TargetArea.objects.update(geometry=None)),
    ("drawing", "drawing", lambda one: one.layers.all().delete()),
    ("drawing", "layer_empty", lambda one: one.layers.get(code="a").parts.all().delete()),
    ("drawing", "layer_words", lambda one: one.layers.update(descriptions={"en": "x"})),
    ("phases", "ballot_budget", lambda one: with_vote(one, budget="")),
    ("who", "unsure", lambda one: _set(with_vote(one), is_binding=True)),
    ("who", "reference", lambda one: _set(with_vote(one), reference_on=None)),
    (
        "who",
        "reference_late",
        lambda one: _set(with_vote(one), reference_on=(NOON + 11 * DAY).date()),
    ),
]


@pytest.mark.parametrize(("step", "code", "spoil"), CASES, ids=[case[1] for case in CASES])
def test_each_gap_is_named_at_its_step_and_stops_the_publication(
    step: str, code: str, spoil: Callable[[Process], Any], planner: User
) -> None:
    process = draft()
    spoil(process)
    process = Process.objects.get(pk=process.pk)
    assert (step, code) in blocking(process)
    with pytest.raises(ValidationError) as error:
        publishing.publish(process=process, actor=planner, now=NOON)
    assert code in {one.code for one in error.value.error_list}
    process.refresh_from_db()
    assert process.state == "draft"


def test_a_vote_that_would_have_begun_is_refused() -> None:
    assert ("phases", "vote_begun") in blocking(with_vote(draft()), NOON + 10 * DAY)


def test_homes_in_the_area_need_an_area() -> None:
    process = draft(template="budget_year", area=None)
    assert blocking(process) == set()
    RuleFactory.create(process=process, whose="area")
    assert ("area", "area") in blocking(process)


def test_a_lonely_alternative_is_said_but_does_not_stop() -> None:
    process = draft()
    process.layers.get(code="b").delete()
    found = [one for one in faults_before_publishing(process, NOON) if one.step == "drawing"]
    assert [(one.code, one.is_blocking) for one in found] == [("one_alternative", False)]


def test_what_the_law_asks_stops_where_it_blocks(
    planner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = law.Fault("too_soon", True, "Thirty working days.")
    monkeypatch.setattr(law, "faults", lambda process, now: [fault])
    with pytest.raises(ValidationError) as error:
        publishing.publish(process=draft(), actor=planner, now=NOON)
    assert error.value.messages == ["Thirty working days."]


def test_publishing_fixes_the_area_and_is_written_down(planner: User) -> None:
    process = publishing.publish(process=draft(), actor=planner, now=NOON)
    assert (process.state, process.published_at) == ("published", NOON)
    assert process.area is not None
    assert process.area.frozen_at == NOON
    assert replay(process.area)
    assert changes(process.municipality)[-1].after == {"state": "published"}
    with pytest.raises(ValidationError) as error:
        publishing.publish(process=process, actor=planner, now=NOON)
    assert error.value.code == "fixed"


def test_withdrawing_needs_a_reason_and_a_published_consultation(planner: User) -> None:
    process = ProcessFactory.create()
    for why in ("  ", "x" * 601):
        with pytest.raises(ValidationError) as error:
            publishing.withdraw(process=process, why=why, actor=planner, now=NOON)
        assert "why" in error.value.message_dict
    publishing.withdraw(process=process, why="Redesign", actor=planner, now=NOON)
    process.refresh_from_db()
    assert (process.state, process.withdrawn_why) == ("withdrawn", "Redesign")
    for other in (process, draft()):
        with pytest.raises(ValidationError) as error:
            publishing.withdraw(process=other, why="Why", actor=planner, now=NOON)
        assert error.value.code == "not_published"


def published_vote() -> Process:
    """A vote that began yesterday, and a result right after it."""
    process: Process = ProcessFactory.create(municipality=consulting_town())
    PhaseFactory.create(process=process, kind=PhaseKind.VOTE, ends_at=NOON + 5 * DAY)
    PhaseFactory.create(
        process=process, kind=PhaseKind.RESULT, starts_at=NOON + 5 * DAY, ends_at=NOON + 9 * DAY
    )
    return process


def test_what_follows_a_prolonged_phase_moves_as_much(planner: User) -> None:
    process = published_vote()
    vote, result = process.phases.order_by("starts_at")
    publishing.prolong(process=process, phase=vote, ends_at=NOON + 7 * DAY, actor=planner, now=NOON)
    vote.refresh_from_db()
    result.refresh_from_db()
    assert (vote.ends_at, result.starts_at) == (NOON + 7 * DAY, NOON + 7 * DAY)
    assert result.ends_at == NOON + 11 * DAY


@pytest.mark.parametrize(
    ("days", "now", "code"),
    [(5, NOON, "shorter"), (2, NOON, "shorter"), (9, NOON + 5 * DAY, "over")],
)
def test_a_phase_is_never_shortened_nor_opened_again(
    days: int, now: dt.datetime, code: str, planner: User
) -> None:
    process = published_vote()
    vote = process.phases.get(kind=PhaseKind.VOTE)
    with pytest.raises(ValidationError) as error:
        publishing.prolong(
            process=process, phase=vote, ends_at=NOON + days * DAY, actor=planner, now=now
        )
    assert error.value.error_dict["ends_at"]
    vote.refresh_from_db()
    assert vote.ends_at == NOON + 5 * DAY


def test_a_draft_is_not_prolonged(planner: User) -> None:
    process = draft()
    with pytest.raises(ValidationError) as error:
        publishing.prolong(
            process=process,
            phase=process.phases.get(),
            ends_at=NOON + 99 * DAY,
            actor=planner,
            now=NOON,
        )
    assert error.value.code == "not_published"
