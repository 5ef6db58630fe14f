"""Rounds as rows: who walks where and when, what is left out, and what silence adds."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from outbox.models import OutboxMessage
from sign_registry.models import CrewRound, RoundStop, Sign, SignPulse
from sign_registry.services.rounds import Shift, plan_rounds, reassign, suggest_to_look_at
from sign_registry.services.silence import look_for_silence, mail_digest
from tests.factories.crew import NOW, crew_member, printed_sign, round_of, signed_in
from tests.factories.sites import VehicleFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db

FRIDAY = NOW.date()
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def town() -> Municipality:
    """A town."""
    return MunicipalityFactory.create(slug="roman")


def numbers(crew_round: CrewRound) -> list[int]:
    """Signs of a round in walking order."""
    return [stop.sign_id for stop in crew_round.stops.order_by("position")]


def test_signs_are_walked_along_the_street_and_cut_into_days(town: Municipality) -> None:
    lead, walker = crew_member(town, "crew_lead"), crew_member(town)
    signs = [printed_sign(town, column) for column in (0.1, 0.5, 0.3, 0.7)]

    first, second = plan_rounds(
        municipality=town, signs=signs, shift=Shift([walker], FRIDAY, 2), actor=lead
    )

    walked = [*numbers(first), *numbers(second)]
    along = [signs[0].pk, signs[2].pk, signs[1].pk, signs[3].pk]
    assert walked in (along, along[::-1])
    assert (first.planned_on, second.planned_on) == (FRIDAY, MONDAY)
    assert first.member == second.member == walker


def test_two_people_share_a_day(town: Municipality) -> None:
    lead, people = crew_member(town, "crew_lead"), [crew_member(town), crew_member(town)]
    signs = [printed_sign(town, column / 10) for column in range(1, 5)]

    rounds = plan_rounds(municipality=town, signs=signs, shift=Shift(people, FRIDAY, 2), actor=lead)

    assert [row.member for row in rounds] == people
    assert {row.planned_on for row in rounds} == {FRIDAY}


def test_signs_on_a_round_and_signs_without_a_place_are_left_out(town: Municipality) -> None:
    lead = crew_member(town, "crew_lead")
    busy, free = printed_sign(town), printed_sign(town)
    round_of(town, [busy])
    bus = printed_sign(town)
    bus.site = VehicleFactory.create(municipality=town)
    bus.save()

    rounds = plan_rounds(
        municipality=town, signs=[busy, free, bus], shift=Shift([], FRIDAY, 10), actor=lead
    )

    assert [numbers(row) for row in rounds] == [[free.pk], [bus.pk]]


def test_what_to_do_follows_from_the_state(town: Municipality) -> None:
    lead = crew_member(town, "crew_lead")
    signs = [printed_sign(town, state=state) for state in ("printed", "installed", "missing")]

    plan_rounds(municipality=town, signs=signs, shift=Shift([], FRIDAY, 9), actor=lead)

    tasks = dict(RoundStop.objects.values_list("sign", "task"))
    assert [tasks[sign.pk] for sign in signs] == ["install", "inspect", "replace"]


def test_people_of_another_town_do_not_walk_here(town: Municipality) -> None:
    lead, foreign = crew_member(town, "crew_lead"), crew_member(MunicipalityFactory.create())
    signs = [printed_sign(town)]

    with pytest.raises(PermissionDenied):
        plan_rounds(municipality=town, signs=signs, shift=Shift([foreign], FRIDAY, 9), actor=lead)
    assert not CrewRound.objects.exists()


@pytest.mark.parametrize(
    ("per_day", "code"), [(0, "per_day"), (201, "per_day"), (9, "nothing_to_plan")]
)
def test_a_plan_that_says_nothing_is_refused(town: Municipality, per_day: int, code: str) -> None:
    lead = crew_member(town, "crew_lead")

    with pytest.raises(ValidationError) as refused:
        plan_rounds(municipality=town, signs=[], shift=Shift([], FRIDAY, per_day), actor=lead)
    assert refused.value.code == code


def test_a_round_goes_to_somebody_else(town: Municipality) -> None:
    lead, other = crew_member(town, "crew_lead"), crew_member(town)
    crew_round = round_of(town, [printed_sign(town)])

    reassign(crew_round=crew_round, member=other, planned_on=MONDAY, actor=lead)

    crew_round.refresh_from_db()
    assert (crew_round.member, crew_round.planned_on) == (other, MONDAY)


def test_a_crew_sees_its_own_rounds_and_those_of_nobody(town: Municipality) -> None:
    member = crew_member(town)
    own = round_of(town, [printed_sign(town)], member=member)
    free = round_of(town, [printed_sign(town)], name="Round 2")
    foreign = round_of(town, [printed_sign(town)], name="Round 3", member=crew_member(town))
    phone = signed_in(member)

    page = phone.get("/roman/crew/").text

    assert "Round 1" in page
    assert "Round 2" in page
    assert "Round 3" not in page
    found = [phone.get(f"/roman/crew/rounds/{row.pk}/").status_code for row in (own, free, foreign)]
    assert found == [200, 200, 404]


def test_a_round_of_another_town_is_not_found(town: Municipality) -> None:
    foreign = round_of(MunicipalityFactory.create(), [])
    phone = signed_in(crew_member(town, "crew_lead"))

    for page in ("", "print/"):
        assert phone.get(f"/roman/crew/rounds/{foreign.pk}/{page}").status_code == 404
    assert phone.post(f"/roman/crew/rounds/{foreign.pk}/move/").status_code == 404


def test_a_long_round_is_shown_with_few_questions(
    town: Municipality, django_assert_max_num_queries: Any
) -> None:
    phone = signed_in(crew_member(town, "crew_lead"))
    crew_round = round_of(town, [printed_sign(town, column / 20) for column in range(1, 20)])

    with django_assert_max_num_queries(17):
        page = phone.get(f"/roman/crew/rounds/{crew_round.pk}/print/").text

    assert page.count("<tr>") == 20


def test_the_head_plans_rounds_on_a_page(town: Municipality) -> None:
    lead = crew_member(town, "crew_lead")
    sign = printed_sign(town)
    form = {"work": "hang", "first_day": "2026-11-20", "per_day": "40", "members": [str(lead.pk)]}

    answer = signed_in(lead).post("/roman/crew/plan/", form)

    assert answer.headers["Location"] == "/roman/crew/"
    assert RoundStop.objects.get().sign == sign
    assert CrewRound.objects.get().member == lead


def test_signs_without_a_sheet_are_printed_after_their_rounds_are_planned(
    town: Municipality,
) -> None:
    lead = crew_member(town, "crew_lead")
    Sign.objects.filter(pk=printed_sign(town).pk).update(state="approved")
    form = {"work": "hang", "first_day": "2026-11-20", "per_day": "40"}

    answer = signed_in(lead).post("/roman/crew/plan/", form)

    assert answer.headers["Location"] == "/roman/signs/print/"


def test_the_crew_does_not_plan(town: Municipality) -> None:
    assert signed_in(crew_member(town)).get("/roman/crew/plan/").status_code == 403


def pulses(sign: Any, scans: list[int]) -> None:
    """Scans of whole weeks, the last one being the last whole week before NOW."""
    last = FRIDAY - dt.timedelta(days=FRIDAY.weekday() + 7)
    for back, count in enumerate(reversed(scans)):
        if count:
            week = last - dt.timedelta(weeks=back)
            SignPulse.objects.create(sign=sign, week=week, scans=count)


def test_a_sign_that_fell_silent_stands_on_the_list_once(town: Municipality) -> None:
    hung = FRIDAY - dt.timedelta(weeks=20)
    silent, awake = (printed_sign(town, state="installed", installed_on=hung) for _ in range(2))
    pulses(silent, [9, 8, 12, 10, 9, 11, 7, 0, 0])
    pulses(awake, [9, 8, 12, 10, 9, 11, 7, 8, 9])

    found = [look_for_silence(now=NOW) for _ in range(2)]

    assert found == [1, 0]
    assert [stop.sign for stop in RoundStop.objects.all()] == [silent]
    assert RoundStop.objects.get().task == "inspect"


def test_the_list_grows_where_one_is_open(town: Municipality) -> None:
    first, second = (printed_sign(town, state="installed") for _ in range(2))
    suggest_to_look_at(municipality=town, signs=[first], today=FRIDAY)
    suggest_to_look_at(municipality=town, signs=[first, second], today=MONDAY)

    assert numbers(CrewRound.objects.get()) == [first.pk, second.pk]


def test_the_head_gets_one_letter_a_week(town: Municipality) -> None:
    lead = crew_member(town, "crew_lead")
    printed_sign(town, state="missing")

    for _ in range(2):
        mail_digest(now=NOW)

    letter = OutboxMessage.objects.get()
    assert letter.recipient == lead.user.email
    assert "/roman/crew/" in letter.body


def test_nobody_is_written_to_about_nothing(town: Municipality) -> None:
    crew_member(town, "crew_lead")
    printed_sign(town, state="installed")

    assert mail_digest(now=NOW) == 0
