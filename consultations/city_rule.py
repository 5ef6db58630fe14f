"""The rule of most towns: by votes until the money ends.

Projects in the order of their score; below a threshold none; one that does not fit is skipped, or
ends the count. Ties follow a drawn order. The names of the variants are those of Pabulib.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from consultations.elections import Ballot, Election


class Why(StrEnum):
    """What became of a project, and why."""

    WON = "won"
    THRESHOLD = "threshold"
    EXCLUDED = "excluded"
    MONEY = "money"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CityRule:
    """A town's own wording of the rule.

    Attributes:
        threshold: a project needs so many points (votes, where the ballot has crosses).
        stops: whether the first project that does not fit ends the count.
        groups: projects of which only one can win, by their places.
    """

    threshold: int = 1
    stops: bool = False
    groups: Sequence[frozenset[int]] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One project in the order of the count.

    Attributes:
        left: the money before it.
    """

    place: int
    score: int
    why: Why
    left: int


def count_city(election: Election, rule: CityRule, order: Sequence[int] = ()) -> list[Line]:
    """Every project in the order of the count; work n log n in projects.

    Args:
        order: places of projects as drawn by lot, for ties; without it as in the file.
    """
    scores = election.scores()
    drawn = {place: rank for rank, place in enumerate(order or range(len(election.projects)))}
    left, won, has_stopped = election.budget, set[int](), False
    lines = []
    for place in sorted(range(len(scores)), key=lambda one: (-scores[one], drawn[one])):
        cost = election.projects[place].cost
        why = _why(place, scores[place], won, rule)
        if why is None and has_stopped:
            why = Why.STOPPED
        if why is None and cost > left:
            why, has_stopped = Why.MONEY, rule.stops
        lines.append(Line(place, scores[place], why or Why.WON, left))
        if why is None:
            won.add(place)
            left -= cost
    return lines


def _why(place: int, score: int, won: set[int], rule: CityRule) -> Why | None:
    if score < rule.threshold:
        return Why.THRESHOLD
    if any(place in group and group & won for group in rule.groups):
        return Why.EXCLUDED
    return None


def points_missing(
    election: Election, rule: CityRule, place: int, order: Sequence[int] = ()
) -> int | None:
    """How many points more would have let a project win, all else equal; nothing if none would.

    More points only bring a project forward, where more money is left: it wins from some number
    on, which is found by halving.
    """
    scores = election.scores()
    most = max(scores) - scores[place] + rule.threshold + 1

    def wins(more: int) -> bool:
        extra = [*election.ballots, Ballot({place: more})] if more else election.ballots
        lines = count_city(replace(election, ballots=extra), rule, order)
        return any(line.place == place and line.why is Why.WON for line in lines)

    if not wins(most):
        return None
    return bisect_left(range(most), True, key=wins)
