"""Casting: one ballot for one mark, both or neither, and only while the vote runs."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction

from consultations.models import Ballot, Process, RollEntry
from consultations.services import intake
from consultations.services.closing import CountsDifferError, close_vote
from consultations.services.voting import Receipt, cast
from tests.consultations.votes import AFTER, DAY, a_vote, cast_all, marks
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON

pytestmark = pytest.mark.django_db


def refused(code: str, **arguments: object) -> None:
    with pytest.raises(ValidationError) as found, transaction.atomic():
        cast(**arguments)  # type: ignore[arg-type]
    assert {one.code for one in found.value.error_list} == {code}


def test_a_vote_marks_the_roll_and_lies_in_the_box() -> None:
    vote = a_vote()
    receipt = cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
    assert receipt == Receipt(vote.process.pk, "online")  # type: ignore[arg-type]
    assert marks(vote.phase) == ["online"]
    assert intake.counts(vote.phase.pk) == {"online": 1}
    assert not Ballot.objects.exists()


def test_a_second_vote_is_refused_and_changes_nothing() -> None:
    vote = a_vote()
    cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
    again = {"phase": vote.phase, "user": vote.users[0], "choices": {vote.codes[1]: 1}, "now": NOON}
    refused("voted_already", **again)
    assert intake.counts(vote.phase.pk) == {"online": 1}


@pytest.mark.parametrize("broken", ["mark", "drop"])
def test_where_one_half_fails_the_other_is_not_done(broken: str) -> None:
    vote = a_vote()
    act = patch(f"consultations.services.voting.{broken}", side_effect=RuntimeError)
    with act, pytest.raises(RuntimeError):
        cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
    assert marks(vote.phase) == []
    assert intake.counts(vote.phase.pk) == {}


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (NOON - DAY - dt.timedelta(microseconds=1), False),
        (NOON - DAY, True),
        (AFTER - dt.timedelta(microseconds=1), True),
        (AFTER, False),
    ],
)
def test_the_window_is_half_open(now: dt.datetime, is_open: bool) -> None:
    vote = a_vote()
    arguments = {"phase": vote.phase, "user": vote.users[0], "choices": {vote.codes[0]: 1}}
    if is_open:
        cast(**arguments, now=now)  # type: ignore[arg-type]
    else:
        refused("vote_closed", **arguments, now=now)
    assert len(marks(vote.phase)) == int(is_open)


def test_who_is_not_on_the_roll_does_not_vote() -> None:
    vote = a_vote()
    for user in (UserFactory.create(), AnonymousUser()):
        refused("not_on_roll", phase=vote.phase, user=user, choices={vote.codes[0]: 1}, now=NOON)
    RollEntry.objects.filter(resident__user=vote.users[0]).update(why="outside")
    mine = {"phase": vote.phase, "user": vote.users[0], "choices": {vote.codes[0]: 1}, "now": NOON}
    refused("not_on_roll", **mine)


def test_choices_that_are_no_ballot_mark_nobody() -> None:
    vote = a_vote(projects=3)
    mine = {"phase": vote.phase, "user": vote.users[0], "now": NOON}
    refused("too_many", **mine, choices=dict.fromkeys(vote.codes, 1))
    refused("unknown_project", **mine, choices={"nothing": 1})
    refused("empty", **mine, choices={})
    assert marks(vote.phase) == []


def test_in_a_withdrawn_consultation_nobody_votes() -> None:
    vote = a_vote()
    Process.objects.update(state="withdrawn")
    mine = {"phase": vote.phase, "user": vote.users[0], "choices": {vote.codes[0]: 1}, "now": NOON}
    refused("vote_closed", **mine)


class TestTheClose:
    def test_ballots_come_out_with_what_was_chosen(self) -> None:
        vote = a_vote(voters=6)
        chosen = [{vote.codes[n % 3]: 1} for n in range(6)]
        cast_all(vote, chosen)
        roll = close_vote(phase=vote.phase, now=AFTER)
        out = [one.choices for one in Ballot.objects.filter(phase=vote.phase)]
        assert sorted(map(str, out)) == sorted(map(str, chosen))
        assert roll.closed_at == AFTER
        assert roll.report["marks"] == roll.report["ballots"] == {"online": 6}
        assert marks(vote.phase) == ["online"] * 6

    def test_it_waits_for_the_end_and_happens_once(self) -> None:
        vote = a_vote(voters=5)
        cast_all(vote, [{vote.codes[0]: 1}] * 5)
        with pytest.raises(ValidationError) as early:
            close_vote(phase=vote.phase, now=AFTER - dt.timedelta(microseconds=1))
        assert early.value.code == "vote_running"
        first = close_vote(phase=vote.phase, now=AFTER)
        assert close_vote(phase=vote.phase, now=AFTER + DAY).closed_at == first.closed_at
        assert Ballot.objects.count() == 5

    def test_nobody_votes_after_it(self) -> None:
        vote = a_vote()
        close_vote(phase=vote.phase, now=AFTER)
        mine = {"phase": vote.phase, "user": vote.users[0], "choices": {vote.codes[0]: 1}}
        refused("vote_closed", **mine, now=NOON)

    @pytest.mark.parametrize("cheat", ["mark", "ballot"])
    def test_a_mark_without_ballot_or_a_ballot_without_mark_keeps_it_shut(self, cheat: str) -> None:
        vote = a_vote()
        cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
        if cheat == "mark":
            RollEntry.objects.filter(resident__user=vote.users[1]).update(channel="online")
        else:
            intake.put(vote.phase.pk, zone=None, choices={vote.codes[0]: 1}, channel="online")
        with pytest.raises(CountsDifferError):
            close_vote(phase=vote.phase, now=AFTER)
        assert not Ballot.objects.exists()

    @pytest.mark.parametrize(("voters", "is_told"), [(4, False), (5, True)])
    def test_a_zone_and_a_channel_are_told_where_there_are_enough(
        self, voters: int, is_told: bool
    ) -> None:
        vote = a_vote(voters=voters)
        cast_all(vote, [{vote.codes[0]: 1}] * voters)
        close_vote(phase=vote.phase, now=AFTER)
        told = {(one.zone_id is not None, one.channel) for one in Ballot.objects.all()}
        assert told == {(True, "online") if is_told else (False, "")}


class TestTheBox:
    @pytest.mark.parametrize("right", ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"])
    def test_the_program_has_no_right_to_it(self, right: str) -> None:
        vote = a_vote()
        with connection.cursor() as cursor:
            box = f"public.consultations_intake_{vote.phase.pk}"
            cursor.execute("SELECT has_table_privilege(%s, %s)", [box, right])
            assert cursor.fetchone() == (False,)

    def test_no_other_role_may_use_the_functions(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_proc, pg_roles"
                " WHERE proname ~ '^consultations_(open|put|count|close)_' AND prosecdef"
                " AND rolname ~ '_(rating|reach|messenger)$'"
                " AND has_function_privilege(pg_roles.oid, pg_proc.oid, 'EXECUTE')"
            )
            assert cursor.fetchone() == (0,)

    def test_ballots_are_never_changed_or_taken_out_by_the_program(self) -> None:
        for act in (
            lambda: Ballot.objects.update(choices={}),
            lambda: Ballot.objects.all().delete(),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                act()

    def test_it_is_made_for_a_vote_with_a_roll_only(self) -> None:
        with pytest.raises(Exception, match="waits for its box"), transaction.atomic():
            intake.open_box(-1)
        assert not intake.put(-1, zone=None, choices={"A": 1}, channel="online")
        with pytest.raises(Exception, match="At least five"), transaction.atomic():
            intake.empty(-1, least=4)
