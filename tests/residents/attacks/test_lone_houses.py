"""Whether anybody lives in a lone house: found by the usual counts, guessed with ours.

The full size runs by make drill; docs/reach.md has its figures.
"""

import os
from functools import partial

import numpy as np
import pytest

from tests.residents.attacks.attacker import scores, share_found
from tests.residents.attacks.towns import ground, invent, published, residents

FULL = os.environ.get("MEGDAN_DRILL") == "1"
#: Half of the houses are lived in: whoever guesses finds half of them.
GUESSING = 0.5


def test_the_usual_count_gives_lone_houses_away() -> None:
    """The control: the attacker finds what can be found."""
    town = invent(1)
    assert share_found(town, scores(town, town.naive, seed=1, pads=40)) >= 0.95


def advantage(towns: int, pads: int) -> tuple[float, float]:
    """How much more than by guessing is found against ours, and the standard error of that."""
    found = []
    for seed in range(towns):
        town = invent(100 + seed)
        where = ground(town, published(town, secret=bytes([seed])))
        rises = scores(town, partial(residents, where), seed=seed, pads=pads)
        found.append(share_found(town, rises))
    return float(np.mean(found)) - GUESSING, float(np.std(found) / np.sqrt(towns))


@pytest.mark.slow
def test_against_published_squares_the_attacker_guesses() -> None:
    gained, error = advantage(6, 12)
    assert gained < 0.02 + 2 * error


@pytest.mark.drill
@pytest.mark.skipif(not FULL, reason="long: make drill")
@pytest.mark.timeout(3000)
def test_against_published_squares_the_attacker_guesses_in_a_hundred_towns() -> None:
    gained, error = advantage(100, 30)
    assert gained < 0.02, f"{gained:.4f}, known to {error:.4f}"
