"""Invented towns whose true scores are known, for checking figures against the truth."""

from typing import NamedTuple

import numpy as np

from satisfaction.statistics.arrays import SCALE, Floats, Integers

# Many of one and of ten, as votes at places are.
J_SHAPE = np.array([14, 5, 5, 5, 8, 8, 12, 15, 12, 16]) / 100
METRES = 10_000.0
EXTENT = (0.0, 0.0, METRES, METRES)


class Town(NamedTuple):
    """Places with kinds, true scores, votes, and where they stand (metres)."""

    groups: Integers
    truth: Floats
    usual: Floats  # (g,) true means of kinds
    histograms: Floats
    votes: Floats
    x: Floats
    y: Floats

    @property
    def voted(self) -> tuple[Floats, Floats, Integers]:
        """What the statistics are given."""
        return self.histograms, self.votes, self.groups


def town(
    seed: int,
    places: int = 600,
    kinds: int = 10,
    *,
    tau: float = 0.6,
    each: int | None = None,
    apart: "Field | None" = None,
) -> Town:
    """A town; `each` votes a place, or negative binomial of mean 12; `apart` is added to truth."""
    random = np.random.default_rng(seed)
    x, y = np.clip(random.normal(METRES / 2, METRES / 5, (2, places)), 0, METRES)
    groups = random.integers(kinds, size=places)
    usual = random.normal(6.5, 0.6, kinds)
    truth = random.normal(usual[groups], tau)
    if apart is not None:
        truth += apart.at(x, y)
    truth = np.clip(truth, 1.5, 9.6)
    votes = np.full(places, each) if each else random.negative_binomial(0.6, 0.6 / 12.6, places)
    return Town(groups, truth, usual, vote(random, truth, votes), votes.astype(float), x, y)


def vote(random: np.random.Generator, truth: Floats, votes: Integers) -> Floats:
    """Histograms (n, 10) of votes whose mean is the truth."""
    drawn: Floats = random.multinomial(votes, chances(truth)).astype(np.float64)
    return drawn


def chances(truth: Floats) -> Floats:
    """J-shaped chances of the ten scores (n, 10), tilted until their mean is the truth."""
    low, high = np.full(len(truth), -3.0), np.full(len(truth), 3.0)
    for _ in range(50):
        tilt = (low + high) / 2
        found = J_SHAPE * np.exp(tilt[:, None] * (SCALE - 5.5))
        found /= found.sum(axis=1, keepdims=True)
        is_low = found @ SCALE < truth
        low, high = np.where(is_low, tilt, low), np.where(is_low, high, tilt)
    return np.asarray(found)


class Field(NamedTuple):
    """Hills and hollows of satisfaction over a town."""

    centres: Floats  # (k, 2), metres
    heights: Floats  # points
    widths: Floats  # metres

    def at(self, x: Floats, y: Floats) -> Floats:
        """Points above or below usual at places of any shape."""
        found = np.zeros(np.shape(x))
        for (east, north), height, width in zip(
            self.centres, self.heights, self.widths, strict=True
        ):
            found += height * np.exp(-0.5 * ((x - east) ** 2 + (y - north) ** 2) / width**2)
        return np.asarray(found)


def field(seed: int, hills: int = 6) -> Field:
    """A seeded field of hills of about a point."""
    random = np.random.default_rng([seed, 7])
    heights = random.choice([-1.0, 1.0], hills) * random.uniform(0.7, 1.3, hills)
    return Field(
        random.uniform(0.15, 0.85, (hills, 2)) * METRES, heights, random.uniform(800, 1800, hills)
    )
