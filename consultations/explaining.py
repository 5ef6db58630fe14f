"""Why a project won or not, in numbers: votes that were missing, and who paid; no ORM."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from consultations.city_rule import Why, count_city, points_missing
from consultations.counting import ADD1, GREEDY, Rule, shares_by
from consultations.elections import Ballot, Election
from consultations.equal_shares import Shares

#: Crosses of all ballots beyond which a count with add1 is not repeated for every project.
MOST_CROSSES = 100_000


def whys(election: Election, rule: Rule, winners: Sequence[int], order: Sequence[int]) -> list[Why]:
    """What became of each project, by its place."""
    if rule.name == GREEDY:
        lines = count_city(election, rule.city, order)
        return [line.why for line in sorted(lines, key=lambda line: line.place)]
    won, scores = set(winners), election.scores()
    return [_why(place, scores[place], won, rule) for place in range(len(scores))]


def _why(place: int, score: int, won: set[int], rule: Rule) -> Why:
    if place in won:
        return Why.WON
    if score < rule.city.threshold:
        return Why.THRESHOLD
    is_excluded = any(place in group and group & won for group in rule.city.groups)
    return Why.EXCLUDED if is_excluded else Why.MONEY


def votes_missing(
    election: Election, rule: Rule, place: int, order: Sequence[int] = ()
) -> int | None:
    """How many more people for just this project would have let it win, by counting again.

    By votes it is the least number. Under equal shares more voters also make every share smaller:
    there it is a number with which the project wins, and with one less it does not.

    Returns:
        Nothing where not even twice as many people as voted would do, where zones hold money of
        their own (whose voters should they be?), or where the vote is too large to count so often.
    """
    if rule.name == GREEDY:
        return points_missing(election, rule.city, place, order)
    crosses = sum(len(ballot.points) for ballot in election.ballots)
    if rule.zones or (rule.completion == ADD1 and crosses > MOST_CROSSES):
        return None

    def wins(more: int) -> bool:
        extra = Ballot({place: election.points_scale}, number=more)
        recounted = replace(election, ballots=[*election.ballots, extra])
        return place in shares_by(recounted, rule, order).winners

    high, most = 1, 2 * election.voters
    while not wins(high):
        if high >= most:
            return None
        high = min(2 * high, most)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if wins(middle) else (middle, high)
    return high


def paid_by_zone(election: Election, shares: Shares, zones: Sequence[str]) -> list[dict[str, int]]:
    """For each purchase what the voters of each zone paid, in whole units of money.

    Only what the ballots of the file say: a zone stands there where it has enough of them.
    """
    index = {zone: place for place, zone in enumerate(zones)}
    left = [shares.endowment[index.get(one.zone, 0)] for one in election.ballots]
    paid = []
    for purchase in shares.purchases:
        sums: dict[str, Fraction] = {}
        for row, ballot in enumerate(election.ballots):
            points = ballot.points.get(purchase.place, 0)
            if points <= 0:
                continue
            due = min(left[row], purchase.price * points)
            left[row] -= due
            sums[ballot.zone] = sums.get(ballot.zone, Fraction(0)) + due * ballot.number
        paid.append({zone: round(money / election.scale) for zone, money in sorted(sums.items())})
    return paid


def money_by_zone(election: Election, winners: Sequence[int]) -> dict[str, int]:
    """The cost of the winners shared out among those who chose each, by zone, in whole units."""
    votes = election.votes()
    sums: dict[str, Fraction] = {ballot.zone: Fraction(0) for ballot in election.ballots}
    for place in winners:
        for ballot in election.ballots:
            if ballot.points.get(place, 0) > 0:
                part = Fraction(ballot.number * election.projects[place].cost, votes[place])
                sums[ballot.zone] += part
    return {zone: round(money / election.scale) for zone, money in sorted(sums.items())}
