"""The Method of Equal Shares, exact (Peters, Pierczyński, Skowron 2021; equalshares.net).

Every voter holds an equal share of the budget. A project is bought only with the money of those
who gave it points, each paying in proportion to the points as long as the own money lasts; always
the one whose supporters pay least for what it is worth to them. Worth is points times cost, the
measure by which the towns that use the method count.

Exact and fast: what voters have left is kept as floating point numbers with a bound of their error,
only to see who can be near whom. Whatever is nearer than that is decided by fractions: what a voter
has left is the share less the payments for the projects bought that the voter supports, so that
sums over any voters are counts of voters times few fractions.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from consultations.elections import Election
from consultations.purse import Column, Price, Purse, columns_of


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project that was bought.

    Attributes:
        price: what each point paid, in money of the election, unless the voter had less left.
    """

    place: int
    price: Fraction


@dataclass(frozen=True, slots=True)
class Shares:
    """What a count gives.

    Attributes:
        endowment: the share of every voter, of each zone where zones have budgets of their own.
    """

    purchases: Sequence[Purchase]
    endowment: Sequence[Fraction]

    @property
    def winners(self) -> list[int]:
        """The projects bought, in that order."""
        return [one.place for one in self.purchases]


def equal_endowment(election: Election) -> list[Fraction]:
    """The budget by the number of voters.

    Raises:
        ValueError: nobody voted.
    """
    if not election.voters:
        raise ValueError("Nobody voted.")
    return [Fraction(election.budget, election.voters)]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What keeps projects from winning, whoever would pay.

    Attributes:
        barred: places of projects that nobody may buy, for want of votes.
        groups: projects of which only one can win, by their places.
    """

    barred: frozenset[int] = frozenset()
    groups: Sequence[frozenset[int]] = ()

    def shut_by(self, won: AbstractSet[int]) -> set[int]:
        """The projects that can no longer win."""
        beaten = (group - won for group in self.groups if group & won)
        return set(self.barred).union(*beaten)


UNBOUND = Bounds()


def count_shares(
    election: Election,
    endowment: Sequence[Fraction] = (),
    *,
    zones: Sequence[str] = (),
    order: Sequence[int] = (),
    bounds: Bounds = UNBOUND,
) -> Shares:
    """One count with given shares.

    Time for each step grows with the ballots of the projects that are near the cheapest; there are
    as many steps as projects bought.

    Args:
        endowment: of every voter, or of a voter of each zone; the equal one if none is given.
        zones: names of the zones that hold money of their own.
        order: places of projects as drawn by lot, for ties; without it as in the file.

    Raises:
        ValueError: nobody voted, or a ballot is of none of the zones.
    """
    shares = list(endowment or equal_endowment(election))
    count = _Count(election, shares, zones, order)
    count.bounds = bounds
    bought = [Purchase(place, price.value) for place, price in count.run()]
    return Shares(bought, shares)


def count_add1(
    election: Election,
    endowment: Sequence[Fraction] = (),
    *,
    zones: Sequence[str] = (),
    order: Sequence[int] = (),
    bounds: Bounds = UNBOUND,
) -> Shares:
    """Equal Shares with the completion Add1: shares grow until the budget is used.

    Every share is raised by one unit of money and all is counted again, until nothing more that
    anybody wants fits into the budget, or until a count spends more than there is: then the one
    before it holds. Arguments are those of `count_shares`.
    """
    columns = columns_of(election)
    wanted = {place for place, column in enumerate(columns) if len(column.rows)}
    costs = [project.cost for project in election.projects]
    shares = last = list(endowment or equal_endowment(election))
    while True:
        count = _Count(election, shares, zones, order, columns)
        count.bounds = bounds
        winners = {place for place, _price in count.run()}
        left = election.budget - sum(costs[place] for place in winners)
        if left < 0:
            break
        last = shares
        if all(costs[place] > left for place in wanted - winners - bounds.shut_by(winners)):
            break
        shares = [share + election.scale for share in shares]
    return count_shares(election, last, zones=zones, order=order, bounds=bounds)


class _Count:
    """One count; prices stay unreckoned fractions until somebody asks."""

    def __init__(
        self,
        election: Election,
        endowment: Sequence[Fraction],
        zones: Sequence[str],
        order: Sequence[int],
        columns: Sequence[Column] | None = None,
    ) -> None:
        self.bounds = Bounds()
        self.costs = [project.cost for project in election.projects]
        self.columns = columns or columns_of(election)
        self.purse = Purse(election, endowment, zones)
        self.rank = {place: rank for rank, place in enumerate(order or range(len(self.costs)))}

    def run(self) -> list[tuple[int, Price]]:
        """Buy until nothing can be bought. What costs nothing is bought first."""
        bought: list[tuple[int, Price]] = []
        # A price never falls while money runs out: the last one found is a lower bound.
        bounds: dict[int, float] = {}
        won = set[int]()
        for place, column in enumerate(self.columns):
            if not len(column.rows) or place in self.bounds.shut_by(won):
                continue
            if self.costs[place] == 0:
                bought.append((place, self.purse.pay(column, 0)))
                won.add(place)
            else:
                bounds[place] = 1 / column.weight * (1 - 1e-9)
        self._shut(bounds, won)
        while bounds and (near := self._near(bounds)):
            place = self._cheapest(near)
            bought.append((place, self.purse.pay(self.columns[place], self.costs[place])))
            won.add(place)
            del bounds[place]
            self._shut(bounds, won)
        return bought

    def _shut(self, bounds: dict[int, float], won: set[int]) -> None:
        """Forget what a winner of the same group excludes."""
        for place in self.bounds.shut_by(won) & set(bounds):
            del bounds[place]

    def _near(self, bounds: dict[int, float]) -> list[int]:
        """Projects that may be the cheapest; forgets those that cannot be paid any more."""
        best, lowest = np.inf, dict[int, float]()
        for place in sorted(bounds, key=bounds.__getitem__):
            if bounds[place] > best:
                break
            cost = self.costs[place]
            found = self.purse.price_between(self.columns[place], cost)
            if found is None:
                del bounds[place]
                continue
            low, high = found[0] / cost, found[1] / cost
            bounds[place] = lowest[place] = low
            best = min(best, high)
        return [place for place, low in lowest.items() if low <= best]

    def _cheapest(self, near: list[int]) -> int:
        """The one with the least exact price for its worth; equal ones as drawn."""
        if len(near) == 1:
            return near[0]
        prices = [
            (self.purse.price(self.columns[place], self.costs[place]).value / self.costs[place])
            for place in near
        ]
        return min(zip(prices, (self.rank[place] for place in near), near, strict=True))[2]


def by_zone(election: Election, budgets: dict[str, int]) -> list[Fraction]:
    """Shares where each zone has money of its own: its budget by its voters, in the given order.

    A zone in which nobody voted keeps its money.
    """
    voters = dict.fromkeys(budgets, 0)
    for ballot in election.ballots:
        voters[ballot.zone] += ballot.number
    return [Fraction(money, voters[zone] or 1) for zone, money in budgets.items()]
