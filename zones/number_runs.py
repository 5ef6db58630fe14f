"""House numbers as people say them: runs along each side of a street; pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """The chosen numbers of one side of a street.

    Attributes:
        is_odd: the side of the odd numbers.
        is_whole: every known number of the side is chosen.
        runs: (first, last) of each run; no known number inside a run is left out of the choice.
    """

    is_odd: bool
    is_whole: bool
    runs: tuple[tuple[int, int], ...]


def sides(chosen: Iterable[int], known: Iterable[int]) -> list[Side]:
    """The chosen numbers, side by side, odd first; sides without a chosen number are left out.

    Args:
        known: all numbers of the street; chosen ones count as known too.
    """
    picked = set(chosen)
    everything = sorted(set(known) | picked)
    found = []
    for is_odd in (True, False):
        side = [number for number in everything if (number % 2 == 1) == is_odd]
        runs = _runs(side, picked)
        if runs:
            found.append(Side(is_odd, picked.issuperset(side), tuple(runs)))
    return found


def _runs(side: list[int], picked: set[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    is_open = False
    for number in side:
        if number not in picked:
            is_open = False
        elif is_open:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
            is_open = True
    return runs
