"""A roll put right while its vote runs: decisions, marks taken back, and what they leave."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from consultations.models import PaperBallot, RollAdmission, RollEntry
from consultations.services import intake
from consultations.services.closing import close_vote
from consultations.services.corrections import Decision, admit, strike, take_mark_back
from consultations.services.minutes import minute_facts
from consultations.services.paper import enter_paper, hand_out, print_papers
from consultations.services.rolls import digest_of, make_roll, note_look
from consultations.services.voting import cast
from residents.models import Resident
from tests.consultations.test_vote_pages import ask, page, signed_in, staff, town_of
from tests.consultations.votes import AFTER, DAY, Vote, a_vote, add_voter, marks
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import ZoneFactory

pytestmark = pytest.mark.django_db

BY = Decision("12 / 1.2.2026", "The register had the wrong house number.")


def a_late_resident(vote: Vote) -> Resident:
    """Somebody who registered when the roll was made already."""
    zone = ZoneFactory.create(kind__municipality=vote.process.municipality)
    return add_voter(vote.process, zone).resident


def of(vote: Vote, number: int = 0) -> Resident:
    return Resident.objects.get(user=vote.users[number])


def act(service: Any, vote: Vote, resident: Resident, now: Any = NOON, **more: Any) -> Any:
    words = {} if "token" in more else {"decision": more.pop("decision", BY)}
    return service(
        phase=vote.phase, resident=resident, actor=UserFactory.create(), now=now, **words, **more
    )


def refused(code: str, service: Any, vote: Vote, resident: Resident, **more: Any) -> None:
    before = RollAdmission.objects.count()
    with pytest.raises(ValidationError) as found, transaction.atomic():
        act(service, vote, resident, **more)
    assert found.value.code == code
    assert RollAdmission.objects.count() == before


class TestAdmitting:
    def test_who_was_left_out_may_vote_and_the_first_digest_stays(self) -> None:
        vote, roll = (made := a_vote()), made.phase.roll
        late = a_late_resident(vote)
        made_row = act(admit, vote, late)
        entry = RollEntry.objects.get(resident=late)
        assert (entry.why, bool(entry.zone_ids)) == ("counted", True)
        assert made_row.before == {}
        roll.refresh_from_db()
        others = RollEntry.objects.filter(roll=roll).exclude(resident=late)
        assert digest_of(others, bytes(roll.salt)) == bytes(roll.digest)
        everybody = RollEntry.objects.filter(roll=roll)
        assert digest_of(everybody, bytes(roll.salt)) == bytes(made_row.digest)
        cast(phase=vote.phase, user=late.user, choices={vote.codes[0]: 1}, now=NOON)
        assert marks(vote.phase) == ["online"]

    def test_a_line_that_did_not_count_keeps_how_it_was(self) -> None:
        vote = a_vote()
        RollEntry.objects.filter(resident=of(vote)).update(why="outside", zone=None, zone_ids=[])
        made = act(admit, vote, of(vote))
        assert made.before["why"] == "outside"
        assert made.before["zone_ids"] == []

    def test_refusals(self) -> None:
        vote = a_vote()
        late = a_late_resident(vote)
        refused("counts_already", admit, vote, of(vote))
        refused("vote_closed", admit, vote, late, now=NOON - 2 * DAY)
        refused("vote_closed", admit, vote, late, now=AFTER)
        refused("required", admit, vote, late, decision=Decision(" ", "why"))
        refused("required", admit, vote, late, decision=Decision("1", ""))
        refused("too_long", admit, vote, late, decision=Decision("1", "x" * 601))
        refused("elsewhere", admit, vote, of(a_vote()))


class TestStriking:
    def test_who_was_struck_cannot_vote(self) -> None:
        vote = a_vote()
        act(strike, vote, of(vote))
        with pytest.raises(ValidationError):
            cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
        assert intake.counts(vote.phase.pk) == {}

    def test_not_once_a_mark_stands_and_only_who_counts(self) -> None:
        vote = a_vote()
        cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
        refused("voted_already", strike, vote, of(vote))
        refused("not_on_roll", strike, vote, a_late_resident(vote))
        act(strike, vote, of(vote, 1))
        refused("not_on_roll", strike, vote, of(vote, 1))

    def test_struck_and_added_again_is_two_decisions(self) -> None:
        vote = a_vote()
        first = act(strike, vote, of(vote))
        second = act(admit, vote, of(vote))
        assert bytes(first.digest) != bytes(second.digest)
        assert bytes(second.digest) == bytes(vote.phase.roll.digest)


class TestMarksTakenBack:
    def test_the_paper_is_void_and_the_person_votes(self) -> None:
        vote = a_vote()
        token = print_papers(phase=vote.phase, number=2, on=TODAY)[0]
        hand_out(phase=vote.phase, resident=of(vote), now=NOON)
        act(take_mark_back, vote, of(vote), token=token, reason="Wrong person.")
        assert PaperBallot.objects.filter(state="void").count() == 1
        cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
        close_vote(phase=vote.phase, now=AFTER)
        vote.phase.roll.refresh_from_db()
        assert vote.phase.roll.report["corrections"] == {"unmarked": 1}

    def test_not_where_the_ballot_may_be_in_the_box(self) -> None:
        vote = a_vote()
        tokens = print_papers(phase=vote.phase, number=3, on=TODAY)
        hand_out(phase=vote.phase, resident=of(vote), now=NOON)
        enter_paper(phase=vote.phase, token=tokens[0], choices={vote.codes[0]: 1})
        words = {"token": tokens[1], "reason": "Wrong person."}
        refused("entered_already", take_mark_back, vote, of(vote), **words)
        refused("not_marked", take_mark_back, vote, of(vote, 1), **words)
        hand_out(phase=vote.phase, resident=of(vote, 1), now=NOON)
        used = {**words, "token": tokens[0]}
        refused("token_used", take_mark_back, vote, of(vote, 1), **used)
        assert marks(vote.phase) == ["paper", "paper"]

    def test_a_mark_of_the_web_stays(self) -> None:
        vote = a_vote()
        token = print_papers(phase=vote.phase, number=1, on=TODAY)[0]
        cast(phase=vote.phase, user=vote.users[0], choices={vote.codes[0]: 1}, now=NOON)
        refused("not_marked", take_mark_back, vote, of(vote), token=token, reason="Please.")


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_what_was_decided_stays(statement: str) -> None:
    vote = a_vote()
    act(strike, vote, of(vote))
    table = RollAdmission._meta.db_table
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_roll_that_was_looked_at_can_be_made_anew() -> None:
    vote = a_vote()
    vote.phase.starts_at = NOON + DAY
    vote.phase.save()
    note_look(roll=vote.phase.roll, asked="lines 1", actor=UserFactory.create(), now=NOON)
    late = a_late_resident(vote)
    roll = make_roll(phase=vote.phase, now=NOON, anew=True)
    assert roll.looks.count() == 1
    assert RollEntry.objects.filter(roll=roll, resident=late).count() == 1
    assert digest_of(RollEntry.objects.filter(roll=roll), bytes(roll.salt)) == bytes(roll.digest)


class TestPages:
    def desk(self, vote: Vote) -> str:
        return f"{town_of(vote)}/desk/ballots/{vote.process.pk}/"

    def test_a_clerk_finds_somebody_and_records_the_decision(self, client: Client) -> None:
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        vote = a_vote()
        late = a_late_resident(vote)
        staff(client, vote, "clerk")
        path = f"{self.desk(vote)}admit/"
        assert late.user is not None
        found = ask(client, "post", path, {"email": late.user.email})
        assert b"registered after it was made" in found.content
        fields = {"resident": late.pk, "act": "add", "number": BY.number, "reason": BY.reason}
        assert ask(client, "post", path, {**fields, "reason": ""}).status_code == 400
        assert ask(client, "post", path, {**fields, "act": "burn"}).status_code == 400
        assert ask(client, "post", path, {**fields, "resident": "x"}).status_code == 404
        assert ask(client, "post", path, fields).status_code == 302
        assert ask(client, "post", path, fields).status_code == 422
        shown = ask(client, "get", path).content.decode()
        assert BY.number in shown
        assert late.user.full_name not in shown

    def test_the_mark_is_taken_back_at_the_desk(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "clerk")
        token = print_papers(phase=vote.phase, number=1, on=TODAY)[0]
        hand_out(phase=vote.phase, resident=of(vote), now=NOON)
        found = ask(client, "post", self.desk(vote), {"email": vote.users[0].email})
        assert b"mark-back/" in found.content
        fields = {"resident": of(vote).pk, "token": token, "reason": "Wrong person."}
        ask(client, "post", f"{self.desk(vote)}mark-back/", {**fields, "reason": ""})
        assert marks(vote.phase) == ["paper"]
        ask(client, "post", f"{self.desk(vote)}mark-back/", fields)
        assert marks(vote.phase) == []

    def test_who_was_struck_reads_why(self, client: Client) -> None:
        vote = a_vote()
        act(strike, vote, of(vote))
        signed_in(client, vote.users[0])
        assert BY.reason in ask(client, "get", page(vote)).content.decode()

    def test_the_observer_and_the_minutes_tell_it_without_a_name(self, client: Client) -> None:
        vote = a_vote()
        act(strike, vote, of(vote))
        staff(client, vote, "observer")
        path = f"{town_of(vote)}/plan/consultations/{vote.process.pk}/roll/"
        shown = ask(client, "get", path).content.decode()
        assert BY.number in shown
        assert str(vote.users[0]) not in shown
        facts = minute_facts(vote.process, "https://example.test/")
        told = [one for vote_facts in facts.votes if (one := vote_facts.roll)]
        assert [(one.kind, one.decision) for one in told[0].corrections] == [("struck", BY.number)]
