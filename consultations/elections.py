"""An election on a budget as the counting reads it: projects, budget, ballots in whole numbers.

No Django here: whoever wants to recount needs this folder and numpy only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

VoteType = Literal["approval", "choose-1", "ordinal", "cumulative", "scoring"]


@dataclass(frozen=True, slots=True)
class Project:
    """Something that can be paid for.

    Attributes:
        cost: in units of money times `Election.scale`, so that it is whole.
        columns: what else the file says about it, as written.
    """

    code: str
    cost: int
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ballot:
    """Equal ballots together.

    Attributes:
        points: what each project gets, by its place in `Election.projects`; a cross is one point.
        zone: where the voters live, or nothing.
        number: how many people handed in just this.
    """

    points: Mapping[int, int]
    zone: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Election:
    """What was to be decided, and what people wrote.

    Attributes:
        budget: in the same units as costs.
        scale: one unit of money is so many of ours.
        points_scale: one point of the file is so many of ours.
    """

    projects: Sequence[Project]
    budget: int
    ballots: Sequence[Ballot]
    vote_type: VoteType = "approval"
    scale: int = 1
    points_scale: int = 1
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def voters(self) -> int:
        """How many people voted."""
        return sum(ballot.number for ballot in self.ballots)

    def scores(self) -> list[int]:
        """Points of each project; with crosses that is its votes. Work grows with ballots."""
        return self._sums(count_points=True)

    def votes(self) -> list[int]:
        """How many people gave each project more than nothing."""
        return self._sums(count_points=False)

    def _sums(self, *, count_points: bool) -> list[int]:
        sums = [0] * len(self.projects)
        for ballot in self.ballots:
            for place, points in ballot.points.items():
                if count_points:
                    sums[place] += points * ballot.number
                elif points > 0:
                    sums[place] += ballot.number
        return sums


def joined(ballots: Sequence[Ballot]) -> list[Ballot]:
    """The same ballots, equal ones counted together, in the order of their first."""
    found: dict[tuple[tuple[tuple[int, int], ...], str], list[Ballot]] = {}
    for ballot in ballots:
        found.setdefault((tuple(sorted(ballot.points.items())), ballot.zone), []).append(ballot)
    return [
        Ballot(same[0].points, same[0].zone, sum(one.number for one in same))
        for same in found.values()
    ]
