"""The own zone and n others on a ballot: the rule, the vote, the paper, the pages."""

from itertools import combinations
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.models import BudgetProject, RollEntry
from consultations.phases import PhaseKind
from consultations.services import intake
from consultations.services.paper import enter_paper, hand_out, print_papers
from consultations.services.rolls import make_roll
from consultations.services.voting import cast
from consultations.zone_choice import Reach
from tests.consultations.test_vote_pages import ask, page, signed_in
from tests.consultations.votes import SETTINGS, Vote, add_voter, marks
from tests.factories.consultations import (
    BudgetProjectFactory,
    PhaseFactory,
    ProcessFactory,
    RuleFactory,
)
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import (
    MunicipalityFactory,
    spot,
    square,
    zone_with_shape,
)

ZONES = st.integers(1, 6)


def oracle(own: set[int], others: int, zones: list[int | None]) -> bool:
    """Tries every set of at most so many other zones."""
    all_zones = set(range(1, 7))
    for size in range(others + 1):
        for chosen in combinations(sorted(all_zones), min(size, 6)):
            if all(one is None or one in own or one in chosen for one in zones):
                return True
    return False


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    own=st.sets(ZONES, max_size=3),
    others=st.integers(0, 4),
    zones=st.lists(st.none() | ZONES, max_size=7),
)
def test_the_rule_allows_what_some_choice_of_other_zones_covers(
    own: set[int], others: int, zones: list[int | None]
) -> None:
    assert Reach(frozenset(own), others).allows(zones) == oracle(own, others, zones)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(own=st.sets(ZONES), others=st.integers(0, 3), zones=st.lists(st.none() | ZONES))
def test_more_own_zones_and_fewer_projects_never_forbid(
    own: set[int], others: int, zones: list[int | None]
) -> None:
    reach = Reach(frozenset(own), others)
    if reach.allows(zones):
        assert Reach(frozenset({*own, 1}), others).allows(zones)
        assert Reach(frozenset(own), others + 1).allows(zones)
        assert all(reach.allows(zones[:end]) for end in range(len(zones)))


def a_town_of_four_zones(others: int = 1, *, settled: bool = False, **settings: Any) -> Vote:
    """Four squares beside each other, one project in each and one for the whole town.

    Settled, a settlement that was loaded first covers all of them.
    """
    town = MunicipalityFactory.create(modules=["consultations", "notices"])
    if settled:
        zone_with_shape(town, code="all", kind="settlement", geometry=square(0, 0, 4, 1))
    process = ProcessFactory.create(municipality=town)
    phase = PhaseFactory.create(
        process=process, kind=PhaseKind.VOTE, settings={**SETTINGS, "most": 5, **settings}
    )
    RuleFactory.create(process=process, whose="home_plus", others=others)
    zones = [
        zone_with_shape(town, code=f"z{code}", geometry=square(place, 0))
        for place, code in enumerate("abcd")
    ]
    places = [spot(place + 0.5, 0.5) for place in range(4)]
    made = [
        BudgetProjectFactory.create(process=process, code=code, geometry=where)
        for code, where in zip(("pa", "pb", "pc", "pd", "town"), [*places, None], strict=True)
    ]
    homes = [add_voter(process, zones[0]) for _one in range(3)]
    make_roll(phase=phase, now=NOON)
    return Vote(process, phase, [one.resident.user for one in homes], [one.code for one in made])


def send(vote: Vote, *codes: str) -> None:
    chosen = dict.fromkeys(codes, 1)
    cast(phase=vote.phase, user=vote.users[0], choices=chosen, now=NOON)


@pytest.mark.django_db
class TestTheVote:
    @pytest.mark.parametrize("settled", [False, True])
    def test_the_roll_says_where_projects_lie(self, settled: bool) -> None:
        vote = a_town_of_four_zones(settled=settled)
        rows = BudgetProject.objects.filter(process=vote.process)
        assert dict(rows.values_list("code", "zone__code")) == {
            "pa": "za", "pb": "zb", "pc": "zc", "pd": "zd", "town": None,
        }  # fmt: skip

    @pytest.mark.parametrize("codes", [("pa", "pb", "town"), ("pc",), ("pa", "town")])
    def test_the_own_zone_the_town_and_one_other_are_free(self, codes: tuple[str, ...]) -> None:
        vote = a_town_of_four_zones()
        send(vote, *codes)
        assert intake.counts(vote.phase.pk) == {"online": 1}

    def test_two_others_are_refused_by_name_and_nothing_is_marked(self) -> None:
        vote = a_town_of_four_zones()
        with pytest.raises(ValidationError) as refused:
            send(vote, "pa", "pb", "pd")
        assert [one.code for one in refused.value.error_list] == ["too_many_zones"]
        names = {one.code: one.name for one in _zones_of(vote)}
        told = refused.value.messages[0]
        assert [code for code, name in sorted(names.items()) if name in told] == ["zb", "zd"]
        assert (marks(vote.phase), intake.counts(vote.phase.pk)) == ([], {})

    def test_with_no_others_only_the_own_zone_is_left(self) -> None:
        vote = a_town_of_four_zones(others=0)
        with pytest.raises(ValidationError):
            send(vote, "pb")
        send(vote, "pa", "town")

    def test_other_rules_bind_nobody(self) -> None:
        vote = a_town_of_four_zones()
        vote.process.rules.update(whose="town")
        send(vote, "pa", "pb", "pc", "pd", "town")

    def test_a_project_in_two_zones_is_for_the_whole_town(self) -> None:
        vote = a_town_of_four_zones()
        wide = BudgetProjectFactory.create(
            process=vote.process, geometry=square(0.8, 0.2, 0.5, 0.5)
        )
        vote.phase.starts_at = NOON + (NOON - vote.phase.starts_at)
        vote.phase.save()
        make_roll(phase=vote.phase, now=NOON, anew=True)
        wide.refresh_from_db()
        assert wide.zone is None


def _zones_of(vote: Vote) -> list[Any]:
    rows = BudgetProject.objects.filter(process=vote.process, zone__isnull=False)
    return [one.zone for one in rows.select_related("zone")]


@pytest.mark.django_db
class TestPaper:
    @pytest.mark.parametrize(
        ("codes", "fits"),
        [(("pa", "pb"), True), (("pa", "pc", "pd"), False), (("pb", "pc"), False)],
    )
    def test_a_paper_counts_where_somebody_could_have_written_it(
        self, codes: tuple[str, ...], fits: bool
    ) -> None:
        vote = a_town_of_four_zones()
        token = print_papers(phase=vote.phase, number=1, on=TODAY)[0]
        entry = RollEntry.objects.get(resident__user=vote.users[0])
        hand_out(phase=vote.phase, resident=entry.resident, now=NOON)
        chosen = dict.fromkeys(codes, 1)
        if fits:
            enter_paper(phase=vote.phase, token=token, choices=chosen)
        else:
            with pytest.raises(ValidationError, match="zones"):
                enter_paper(phase=vote.phase, token=token, choices=chosen)
        assert intake.counts(vote.phase.pk) == ({"paper": 1} if fits else {})


@pytest.mark.django_db
class TestThePage:
    def test_it_says_the_bound_and_shows_the_own_zone_first(self, client: Client) -> None:
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        vote = a_town_of_four_zones()
        signed_in(client, vote.users[0])
        shown = ask(client, "get", page(vote))
        groups = shown.context["groups"]
        assert [[row["code"] for row in one["rows"]] for one in groups] == [
            ["pa"], ["town"], ["pb"], ["pc"], ["pd"],
        ]  # fmt: skip
        assert 'data-ballot-zones="1"' in shown.content.decode()
        assert "one other zone" in shown.context["zone_rule"]

    def test_too_many_zones_are_told_and_stay_chosen(self, client: Client) -> None:
        vote = a_town_of_four_zones()
        signed_in(client, vote.users[0])
        answer = ask(client, "post", page(vote), {"choice": ["pb", "pc"]})
        assert answer.status_code == 422
        assert [row["code"] for row in answer.context["picked"]] != []
        assert len(answer.context["errors"]) == 1

    def test_without_the_bound_all_stand_in_the_drawn_order(self, client: Client) -> None:
        vote = a_town_of_four_zones()
        vote.process.rules.update(whose="town")
        signed_in(client, vote.users[0])
        shown = ask(client, "get", page(vote))
        assert [one["label"] for one in shown.context["groups"]] == [""]
        assert shown.context["zone_rule"] == ""
