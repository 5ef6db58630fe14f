"""The same ballots counted by several rules side by side, for those who choose the rule; no ORM."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from consultations.city_rule import CityRule, Why, count_city
from consultations.counting import ADD1, EQUAL_SHARES, Rule, order_of, shares_by, zone_budgets
from consultations.elections import Election
from consultations.explaining import money_by_zone

VOTES, SHARES, GROWN, ZONES = "votes", "shares", "add1", "zones"
#: A larger file is counted by the command `count_budget`, not while somebody waits.
MOST_CROSSES = 400_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule gives.

    Attributes:
        winners: places of projects.
        spent: in money of the file.
        served: how many voters have at least one project that wins.
        zones: the cost of the winners shared out among those who chose each, by zone.
    """

    code: str
    winners: frozenset[int]
    spent: Fraction
    served: int
    zones: dict[str, int]


def simulate(election: Election) -> list[Outcome]:
    """By votes, by equal shares, completed, and with the money by zones where there are zones.

    Zones hold what the file says, else the same amount each.
    """
    order = order_of(election)
    found = [_outcome(VOTES, election, _by_votes(election, order))]
    for code, rule in _rules(election):
        found.append(_outcome(code, election, shares_by(election, rule, order).winners))
    return found


def _rules(election: Election) -> list[tuple[str, Rule]]:
    rules = [
        (SHARES, Rule(EQUAL_SHARES)),
        (GROWN, Rule(EQUAL_SHARES, completion=ADD1)),
    ]
    budgets = zone_budgets(election)
    zones = sorted({ballot.zone for ballot in election.ballots})
    if not budgets and len(zones) > 1:
        budgets = dict.fromkeys(zones, election.budget // len(zones))
    if budgets:
        rules.append((ZONES, Rule(EQUAL_SHARES, completion=ADD1, zones=budgets)))
    return rules


def _by_votes(election: Election, order: Sequence[int]) -> list[int]:
    lines = count_city(election, CityRule(), order)
    return [line.place for line in lines if line.why is Why.WON]


def _outcome(code: str, election: Election, winners: Sequence[int]) -> Outcome:
    won = frozenset(winners)
    cost = sum(election.projects[place].cost for place in won)
    served = sum(
        ballot.number
        for ballot in election.ballots
        if any(place in won and points > 0 for place, points in ballot.points.items())
    )
    zones = money_by_zone(election, winners)
    return Outcome(code, won, Fraction(cost, election.scale), served, zones)
