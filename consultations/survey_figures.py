"""Figures of a survey that expose nobody: who may be shown apart from whom; no ORM.

Only groups of at least k people who do not all say the same are shown apart, and all that is shown
of one whole adds up to it: what is too small for itself is joined until the rest is large enough
too. So whatever a reader subtracts from the whole is again a group of k or more.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from satisfaction.statistics.shares import wilson

K = 10
_DRAWS, _SEED = 4000, 7


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers of some people to one question.

    Attributes:
        people: how many of them answered.
        given: how often each answer was given; with several answers more than `people` in sum.
    """

    people: int = 0
    given: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.people + other.people, dict(Counter(self.given) + Counter(other.given)))

    def may_stand(self, k: int) -> bool:
        """Whether it may be shown: by k people or more, who did not all give the same answer."""
        return self.people >= k and self.people not in self.given.values()


@dataclass(frozen=True, slots=True)
class Apart:
    """One group, or several that are shown together because one of them is too small."""

    keys: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Between:
    """A share or mean with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def apart(parts: Mapping[str, Tally], k: int = K) -> list[Apart]:
    """The groups of a whole as they may be shown; nothing where only the whole can be.

    Groups that are too small are shown as one with others, the smallest first, which then hide it.
    """
    some = {key: tally for key, tally in parts.items() if tally.people}
    good = {key: tally for key, tally in some.items() if tally.may_stand(k)}
    rest = {key: tally for key, tally in some.items() if key not in good}
    while rest and good and not _sum(rest.values()).may_stand(k):
        least = min(good, key=lambda key: (good[key].people, key))
        rest[least] = good.pop(least)
    if rest and not _sum(rest.values()).may_stand(k):
        return []
    order = list(parts)
    shown = [Apart((key,), tally) for key, tally in good.items()]
    if rest:
        shown.append(Apart(tuple(sorted(rest, key=order.index)), _sum(rest.values())))
    shown.sort(key=lambda one: order.index(one.keys[0]))
    # One group is the whole again, and says nothing apart.
    return shown if len(shown) > 1 else []


def crosses(
    one: Sequence[Apart], other: Sequence[Apart], both: Mapping[tuple[str, str], int], k: int = K
) -> bool:
    """Whether two ways to part the same people give a few of them away by subtraction.

    That is so where a group of one lies in a group of the other but for fewer than k people.

    Args:
        both: how many people belong to a key of the one and a key of the other.
    """
    for first in one:
        for second in other:
            common = sum(both.get((a, b), 0) for a in first.keys for b in second.keys)
            beside = first.tally.people - common, second.tally.people - common
            if 0 in beside and 0 < max(beside) < k:
                return True
    return False


def share(given: int, people: int) -> Between:
    """The share of people who gave an answer, with the interval of Wilson (1927)."""
    found = wilson(given, people)
    return Between(float(found.share), float(found.low), float(found.high))


def mean(given: Mapping[int, int]) -> Between | None:
    """The mean of scores with a bootstrapped interval; the same scores give the same interval."""
    scores = np.array(sorted(given), dtype=float)
    counts = np.array([given[int(score)] for score in scores], dtype=float)
    number = int(counts.sum())
    if not number:
        return None
    draws = np.random.default_rng(_SEED).multinomial(number, counts / number, size=_DRAWS)
    low, high = np.quantile(draws @ scores / number, [0.025, 0.975])
    return Between(float(counts @ scores / number), float(low), float(high))


def whole_steps(number: int, k: int = K) -> int:
    """How many of some answers are looked at while more come in: steps of k, so that no single
    new answer can be seen by looking twice."""
    return number - number % k


def _sum(parts: Iterable[Tally]) -> Tally:
    return sum(parts, Tally())
