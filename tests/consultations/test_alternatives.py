"""A vote between alternatives without money: on the ballot by itself, counted by most votes."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consultations.ballots import BallotForm
from consultations.models import BudgetProject
from consultations.pabulib import read_election
from consultations.phases import PhaseKind
from consultations.services.alternatives import ONE
from consultations.services.closing import close_vote
from consultations.services.counting_votes import count_vote, publish_result
from consultations.services.rolls import make_roll
from tests.consultations.test_vote_pages import ask, page, signed_in, town_of
from tests.consultations.votes import AFTER, Vote, add_voter, cast_all
from tests.factories.accounts import UserFactory
from tests.factories.consultations import LayerFactory, PartFactory, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON
from tests.factories.zones import spot

PLAIN: dict[str, Any] = {
    "ballot": "approval", "most": 1, "budget": "1", "currency": "none", "rule": "greedy", "k": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"ballot": "points"}, {"rule": "equal-shares"}, {"budget": "1.50"}, {"ballot": "knapsack"}],
)
def test_without_money_there_are_crosses_and_most_votes(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        BallotForm.of({**PLAIN, **wrong})
    assert refused.value.code == "ballot_no_money"


def a_choice(voters: int = 5, **settings: Any) -> Vote:
    """Three alternatives, one of them drawn as a stop and another one, and something shared."""
    process = ProcessFactory.create()
    phase = PhaseFactory.create(
        process=process, kind=PhaseKind.VOTE, settings={**PLAIN, **settings}
    )
    layers = [LayerFactory.create(process=process, code=code) for code in ("va", "vb", "vc")]
    PartFactory.create(layer=layers[0])
    PartFactory.create(layer=layers[0], geometry=spot(0.7, 0.7))
    LayerFactory.create(process=process, code="both", kind="shared")
    homes = [add_voter(process) for _one in range(voters)]
    make_roll(phase=phase, now=NOON)
    return Vote(process, phase, [one.resident.user for one in homes], ["va", "vb", "vc"])


@pytest.mark.django_db
class TestTheVote:
    def test_alternatives_stand_on_the_ballot_and_what_is_shared_does_not(self) -> None:
        vote = a_choice()
        rows = BudgetProject.objects.filter(process=vote.process)
        assert set(rows.values_list("code", "cost")) == {(code, ONE) for code in vote.codes}
        first = rows.get(code="va")
        assert first.geometry is not None
        assert first.geometry.num_geom == 2
        assert set(rows.values_list("drawn", flat=True)) == {1, 2, 3}

    def test_most_votes_win_and_the_file_says_the_same(self) -> None:
        vote = a_choice()
        cast_all(vote, [{"va": 1}, {"vb": 1}, {"vb": 1}, {"vc": 1}, {"vb": 1}])
        close_vote(phase=vote.phase, now=AFTER)
        run = count_vote(phase=vote.phase, actor=UserFactory.create(), now=AFTER)
        assert run.result["winners"] == ["vb"]
        election = read_election(run.text)
        assert (election.budget, {one.cost for one in election.projects}) == (1, {1})
        assert "currency" not in election.meta

    def test_a_tie_is_settled_by_the_drawn_order(self) -> None:
        vote = a_choice(voters=2)
        cast_all(vote, [{"va": 1}, {"vc": 1}])
        close_vote(phase=vote.phase, now=AFTER)
        run = count_vote(phase=vote.phase, actor=UserFactory.create(), now=AFTER)
        tied = BudgetProject.objects.filter(process=vote.process, code__in=["va", "vc"])
        assert run.result["winners"] == [tied.order_by("drawn")[0].code]

    def test_several_may_win(self) -> None:
        vote = a_choice(voters=3, most=2, budget="2")
        cast_all(vote, [{"va": 1, "vc": 1}, {"va": 1}, {"vc": 1, "vb": 1}])
        close_vote(phase=vote.phase, now=AFTER)
        run = count_vote(phase=vote.phase, actor=UserFactory.create(), now=AFTER)
        assert set(run.result["winners"]) == {"va", "vc"}


@pytest.mark.django_db
def test_no_page_speaks_of_money(client: Client) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    vote = a_choice()
    signed_in(client, vote.users[0])
    shown = ask(client, "get", page(vote)).content.decode()
    assert "Choose one of these alternatives." in shown
    assert "budget" not in shown.partition("<main")[2].partition("data-ballot")[0]
    listed = f"{town_of(vote)}/consultations/{vote.process.pk}/projects/"
    told = ask(client, "get", listed).content.decode().partition('class="results"')[2]
    assert '<span class="figures">1' not in told.partition("</ol>")[0]
    one = f"{listed}{vote.process.projects.all()[0].pk}/"
    assert "Cost" not in ask(client, "get", one).content.decode()
    cast_all(vote, [{"vb": 1}] * 4 + [{"va": 1}])
    close_vote(phase=vote.phase, now=AFTER)
    run = count_vote(phase=vote.phase, actor=UserFactory.create(), now=AFTER)
    publish_result(count_run=run, now=AFTER)
    result = f"{town_of(vote)}/consultations/{vote.process.pk}/result/"
    told = ask(client, "get", result, now=AFTER).content.decode()
    assert "What was chosen" in told
    assert "What has the most votes wins." in told
    assert "Budget" not in told
    assert "fewer votes" in told
