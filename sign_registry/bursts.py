"""The rule that tells a burst of made-up votes from a crowd; pure arithmetic on ten counters.

Three things must come together in one hour of one place. More votes than its own past makes
likely, allowing for good days and bad ones (tail of a negative binomial). Scores that are not those
of the place (Monte Carlo test of a multinomial). And nearly all of them the same, at one end of the
scale. A full playground on a sunny day is the first; a place that became bad is the second; only
somebody who presses one number again and again is all three.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

SCORES = 10
FEWEST = 6
SAME_SHARE = 0.9
COUNT_P = 0.001
SCORES_P = 0.001
HOURS_A_PART = 6
# What is expected of a place nobody has rated yet: a vote every two hours, known as from one day.
_PRIOR_RATE = 0.5
_PRIOR_HOURS = 24.0
# Days differ: even a place with an even past is not believed to be a clockwork.
_STEADIEST, _WILDEST = 2.0, 0.3
_PRIOR_VOTES = 10.0
_DRAWS = 2000
_SEED = 20_261


class History(NamedTuple):
    """The past of a place: votes of this part of the day by day, and its scores."""

    part_counts: Sequence[int]
    scores: Sequence[int]
    usual_scores: Sequence[int]  # of the whole town, where a place has few of its own


class Finding(NamedTuple):
    """What the rule saw; `score` is the number pressed again and again."""

    is_burst: bool
    votes: int
    expected: float
    count_p: float
    scores_p: float
    share: float
    score: int


def judge(hour: Sequence[int], history: History) -> Finding:
    """Look at the ten counters of one hour."""
    votes = sum(hour)
    score = 1 if hour[0] >= hour[-1] else SCORES
    share = hour[score - 1] / votes if votes else 0.0
    expected = expected_in_an_hour(history.part_counts)
    if votes < FEWEST or share < SAME_SHARE:
        return Finding(False, votes, expected, 1.0, 1.0, share, score)
    count_p = count_probability(votes, history.part_counts)
    scores_p = scores_probability(hour, history) if count_p < COUNT_P else 1.0
    is_burst = count_p < COUNT_P and scores_p < SCORES_P
    return Finding(is_burst, votes, expected, count_p, scores_p, share, score)


def expected_in_an_hour(part_counts: Sequence[int]) -> float:
    """Votes of an ordinary hour in this part of the day."""
    hours = HOURS_A_PART * len(part_counts)
    return (sum(part_counts) + _PRIOR_RATE * _PRIOR_HOURS) / (hours + _PRIOR_HOURS)


def count_probability(votes: int, part_counts: Sequence[int]) -> float:
    """How likely an hour with at least so many votes is."""
    mean = expected_in_an_hour(part_counts)
    size = _size(part_counts)
    return float(nbinom.sf(votes - 1, size, size / (size + mean)))


def _size(part_counts: Sequence[int]) -> float:
    """Of the negative binomial, by moments; small means wild."""
    if len(part_counts) < 2:
        return _WILDEST
    mean = float(np.mean(part_counts))
    extra = float(np.var(part_counts, ddof=1)) - mean
    size = mean**2 / extra if extra > 0 else _STEADIEST
    return min(_STEADIEST, max(_WILDEST, size))


def scores_probability(hour: Sequence[int], history: History) -> float:
    """How likely scores so unlike those of the place are, if they came from its usual visitors."""
    usual = np.asarray(history.usual_scores, dtype=float) + 1.0
    own = np.asarray(history.scores, dtype=float) + _PRIOR_VOTES * usual / usual.sum()
    chances = own / own.sum()
    counts = np.asarray(hour)
    random = np.random.default_rng(_SEED)
    drawn = random.multinomial(int(counts.sum()), chances, size=_DRAWS)
    as_far = int(np.count_nonzero(_distance(drawn, chances) >= _distance(counts, chances) - 1e-9))
    return (1 + as_far) / (1 + _DRAWS)


def _distance(counts: NDArray[np.int64], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Likelihood ratio of the counts against the chances."""
    votes = counts.sum(axis=-1, keepdims=True)
    shares = np.where(counts > 0, counts / votes, 1.0)
    terms = np.where(counts > 0, counts * np.log(shares / chances), 0.0)
    return np.asarray(2.0 * terms.sum(axis=-1))
