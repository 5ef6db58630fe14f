"""Letters to everybody who took part: whom they reach, once, and what nobody learns from them."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from consultations.models import ParticipantLetter, Process, Response, Roll, RollEntry, Support
from consultations.participants import count_participants, participants
from consultations.phases import PhaseKind
from consultations.services import letters
from consultations.services.letters import reached, send_letters, write_to_participants
from notifications.models import Preference
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.consultations import ContributionFactory, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON, TODAY, member
from tests.factories.residents import ResidentFactory

pytestmark = pytest.mark.django_db

TITLES, TEXTS = {"ro": "Mulțumim", "en": "Thank you"}, {"ro": "Am ales.", "en": "We chose."}


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def voter(process: Process, *, is_closed: bool = True, channel: str = "online") -> User:
    """Somebody on the roll of a vote."""
    phase = process.phases.filter(kind=PhaseKind.VOTE).first()
    phase = phase or PhaseFactory.create(process=process, kind=PhaseKind.VOTE)
    roll, _is_new = Roll.objects.get_or_create(
        phase=phase, defaults={"made_at": NOON, "digest": b"", "salt": b""}
    )
    Roll.objects.filter(pk=roll.pk).update(closed_at=NOON if is_closed else None)
    person = ResidentFactory.create(municipality=process.municipality)
    RollEntry.objects.create(roll=roll, resident=person, why="counted", channel=channel)
    user: User = person.user
    return user


def everybody(process: Process) -> list[User]:
    """One who spoke, one who supported, one who answered a survey, one who voted."""
    said = ContributionFactory.create(process=process)
    supporter, surveyed = UserFactory.create(), UserFactory.create()
    Support.objects.create(contribution=said, user=supporter)
    survey = PhaseFactory.create(process=process, kind=PhaseKind.SURVEY)
    Response.objects.create(phase=survey, user=surveyed, standing="outside", answered_on=TODAY)
    assert said.author is not None
    return [said.author, supporter, surveyed, voter(process)]


def told(process: Process) -> set[str]:
    """Whom a letter would reach."""
    return {one.email for one in participants(process=process, after=0, limit=99)}


def write(process: Process, **fields: Any) -> ParticipantLetter:
    """A letter in both languages."""
    values = {"titles": TITLES, "texts": TEXTS, "actor": UserFactory.create(), **fields}
    return write_to_participants(process=process, now=NOON, **values)


def test_whoever_took_part_in_any_way_is_reached_and_nobody_else() -> None:
    process = ProcessFactory.create()
    people = everybody(process)
    voter(process, channel="")
    everybody(ProcessFactory.create())

    assert told(process) == {one.email for one in people}


def test_voters_are_left_out_while_the_vote_runs() -> None:
    process = ProcessFactory.create()

    voter(process, is_closed=False)

    assert told(process) == set()


@pytest.mark.parametrize(
    "wish", [{"by_email": False}, {"muted_topics": ["consultations"]}, {"bounced_at": NOON}]
)
def test_who_wants_no_such_letter_gets_none(wish: dict[str, Any]) -> None:
    process = ProcessFactory.create()
    user = voter(process)
    Preference.objects.create(municipality=process.municipality, user=user, changed_at=NOON, **wish)

    assert told(process) == set()


def test_each_person_gets_one_letter_that_says_why_and_how_to_end_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "SLICE", 2)
    process = ProcessFactory.create()
    people = everybody(process)
    Support.objects.create(contribution=process.contributions.get(), user=people[3])
    letter = write(process)

    while send_letters(now=NOON):
        pass

    mails = OutboxMessage.objects.filter(kind=letters.KIND)
    assert sorted(mails.values_list("recipient", flat=True)) == sorted(u.email for u in people)
    for mail in mails:
        assert process.names["ro"] in mail.body or process.names["en"] in mail.body
        assert mail.unsubscribe_url
    assert len({mail.body for mail in mails.filter(language="ro")}) <= 1
    letter.refresh_from_db()
    assert (letter.finished_at, letter.cursor, letter.told) == (NOON, 0, 0)


@pytest.mark.parametrize(("many", "shown"), [(9, 0), (10, 10), (14, 10), (15, 15), (104, 100)])
def test_numbers_of_people_are_shown_in_fives_from_ten_on(many: int, shown: int) -> None:
    assert letters.in_steps(many) == shown


def test_the_same_text_is_sent_once_and_none_before_the_publication() -> None:
    process = ProcessFactory.create()
    write(process)

    codes = []
    for asked in (process, ProcessFactory.create(state="draft", published_at=None)):
        with pytest.raises(ValidationError) as refused:
            write(asked)
        codes.append(refused.value.code)

    assert codes == ["twice", "draft"]
    assert write(process, texts={"ro": "Altceva."}).pk


def test_a_letter_needs_the_first_language() -> None:
    with pytest.raises(ValidationError) as refused:
        write(ProcessFactory.create(), titles={"en": "Thank you"})

    assert set(refused.value.error_dict) == {"titles_ro"}


def test_the_planner_looks_first_and_then_sends(client: Client) -> None:
    process = ProcessFactory.create()
    voter(process)
    town = process.municipality
    client.force_login(member(town, "planner").user)
    path = reverse("consultations:voices_letter", args=[town.slug, process.pk])
    fields = {"titles_ro": "Mulțumim", "texts_ro": "Am ales."}

    looked = client.post(path, fields)
    letters_before = ParticipantLetter.objects.count()
    sent = client.post(path, {**fields, "send": "1"})
    again = client.post(path, {**fields, "send": "1"})

    assert looked.status_code == 200
    assert "Am ales." in looked.content.decode()
    assert letters_before == 0
    assert (sent.status_code, again.status_code) == (302, 422)
    assert "1 person" not in client.get(path).content.decode()


def test_counting_costs_one_query_whatever_the_number(
    django_assert_num_queries: Any,
) -> None:
    process = ProcessFactory.create()
    everybody(process)

    with django_assert_num_queries(5):  # the role is taken on and given back
        assert count_participants(process=process) == 4
    assert reached(process) == 0
