"""Votes on paper: a token counts once, is void once, and no more come in than were handed out."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from consultations.models import PaperBallot, RollEntry
from consultations.services import intake
from consultations.services.closing import close_vote
from consultations.services.paper import (
    LENGTH,
    digest_of_token,
    enter_paper,
    hand_out,
    print_papers,
    void_paper,
)
from tests.consultations.votes import AFTER, DAY, Vote, a_vote
from tests.factories.departments import NOON, TODAY
from tests.factories.residents import ResidentFactory

pytestmark = pytest.mark.django_db


def handed(vote: Vote, number: int = 1) -> list[str]:
    """Papers printed and handed to the first voters."""
    tokens = print_papers(phase=vote.phase, number=number + 1, on=TODAY)
    for user in vote.users[:number]:
        entry = RollEntry.objects.get(resident__user=user)
        hand_out(phase=vote.phase, resident=entry.resident, now=NOON)
    return tokens


def refused(code: str, act: Any, **arguments: Any) -> None:
    with pytest.raises(ValidationError) as found:
        act(**arguments)
    assert code in {one.code for one in found.value.error_list}


def test_only_digests_are_kept() -> None:
    vote = a_vote()
    tokens = print_papers(phase=vote.phase, number=3, on=TODAY)
    assert {len(token) for token in tokens} == {LENGTH}
    kept = {bytes(one.digest) for one in PaperBallot.objects.all()}
    assert kept == {digest_of_token(token) for token in tokens}


@pytest.mark.parametrize("number", [0, 201])
def test_piles_have_bounds(number: int) -> None:
    refused("papers_number", print_papers, phase=a_vote().phase, number=number, on=TODAY)


def test_codes_are_read_as_people_type_them() -> None:
    assert digest_of_token(" o1l2-3456 789a bcde") == digest_of_token("0112-3456-789A-BCDE")


def test_a_paper_is_entered_once() -> None:
    vote = a_vote()
    token = handed(vote, 2)[0]
    enter_paper(phase=vote.phase, token=token, choices={vote.codes[0]: 1})
    again = {"phase": vote.phase, "token": token, "choices": {vote.codes[0]: 1}}
    refused("token_used", enter_paper, **again)
    refused("token_used", void_paper, phase=vote.phase, token=token)
    assert intake.counts(vote.phase.pk) == {"paper": 1}


def test_void_and_unknown_papers_are_refused() -> None:
    vote, other = a_vote(), a_vote()
    tokens = handed(vote)
    void_paper(phase=vote.phase, token=tokens[0])
    mine = {"phase": vote.phase, "choices": {vote.codes[0]: 1}}
    refused("token_void", enter_paper, **mine, token=tokens[0])
    refused("token_unknown", enter_paper, **mine, token="0" * LENGTH)
    handed(other)
    elsewhere = {"phase": other.phase, "choices": {other.codes[0]: 1}, "token": tokens[1]}
    refused("token_unknown", enter_paper, **elsewhere)


def test_more_papers_than_were_handed_out_are_refused() -> None:
    vote = a_vote()
    tokens = handed(vote, 1)
    enter_paper(phase=vote.phase, token=tokens[0], choices={vote.codes[0]: 1})
    more = {"phase": vote.phase, "token": tokens[1], "choices": {vote.codes[0]: 1}}
    refused("too_many_papers", enter_paper, **more)


def test_what_is_no_ballot_uses_no_paper_up() -> None:
    vote = a_vote()
    token = handed(vote)[0]
    refused("empty", enter_paper, phase=vote.phase, token=token, choices={})
    enter_paper(phase=vote.phase, token=token, choices={vote.codes[0]: 1})


def test_nobody_is_handed_two_or_one_they_may_not_have() -> None:
    vote = a_vote()
    handed(vote)
    marked = RollEntry.objects.get(resident__user=vote.users[0]).resident
    refused("voted_already", hand_out, phase=vote.phase, resident=marked, now=NOON)
    stranger = ResidentFactory.create(municipality=vote.process.municipality)
    refused("not_on_roll", hand_out, phase=vote.phase, resident=stranger, now=NOON)
    free = RollEntry.objects.get(resident__user=vote.users[1]).resident
    refused("vote_closed", hand_out, phase=vote.phase, resident=free, now=AFTER)


def test_papers_come_in_until_the_close_and_missing_ones_do_not_keep_it_open() -> None:
    vote = a_vote()
    tokens = handed(vote, 2)
    enter_paper(phase=vote.phase, token=tokens[0], choices={vote.codes[0]: 1})
    roll = close_vote(phase=vote.phase, now=AFTER + DAY)
    assert (roll.report["marks"], roll.report["ballots"]) == ({"paper": 2}, {"paper": 1})
    late = {"phase": vote.phase, "token": tokens[1], "choices": {vote.codes[0]: 1}}
    refused("vote_closed", enter_paper, **late)
