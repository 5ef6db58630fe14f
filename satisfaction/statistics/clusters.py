"""Neighbourhoods whose places stand out together, with chance kept in check over the whole map."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from satisfaction.statistics.arrays import Flags, Floats, Integers, finite, same_length
from satisfaction.statistics.change import RATE, discoveries

PERMUTATIONS = 4999
#: Where that many cannot tell how rare a neighbourhood is, it is asked of so many.
REFINED = 99_999
SEED = 1995
#: A neighbourhood is a place with so many others nearest to it...
NEIGHBOURS = 9
#: ... unless they are farther away than so many times the usual distance of the last of them.
FARTHEST = 3.0
#: With fewer shuffles than this beyond a place's own sum, its p is refined.
_RARE = 10


class Clusters(NamedTuple):
    """Of each place: z of Gi*, two-sided p by permutation, q, and whether it is in a cluster."""

    z: Floats
    p: Floats
    q: Floats
    hot: Flags
    cold: Flags


def usual_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Metres beyond which a place is nobody's neighbour: 3 medians of the 9th nearest distance."""
    distances = _distances(x, y)
    size = len(distances)
    if size < 2:
        return 0.0
    at = min(NEIGHBOURS, size - 1)
    return FARTHEST * float(np.median(np.partition(distances, at, axis=1)[:, at]))


def getis_ord(
    x: ArrayLike,
    y: ArrayLike,
    residual: ArrayLike,
    *,
    distance: float | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Clusters:
    """Gi* of places (n,) at x, y (metres) with residuals (points).

    A neighbourhood is a place and its 9 nearest, none beyond `distance` metres (`usual_distance`).
    z_i = (sum of the neighbourhood - W_i mean) / (S sqrt((n W_i - W_i^2) / (n - 1))), W_i how many
    they are, S the standard deviation over n (Ord and Getis, 1995). p: each place keeps its value
    while its neighbours are drawn from all others `permutations` times, the rare ones 99,999 times
    (Besag and Clifford, 1991); the smaller tail, doubled. Clusters are those with q <= 0.05
    (`discoveries`).
    """
    near = _neighbourhoods(x, y, distance)
    value = finite("residual", residual)
    same_length(residual=value, x=near[:, 0] if len(near) else value)
    if permutations < 1:
        raise ValueError("permutations: at least one.")
    p = np.ones(len(value))
    if len(value) > 2 and np.ptp(value) > 0:
        draw = _Shuffles(near, value, seed)
        p = draw.p(np.arange(len(value)), permutations)
        rare = np.flatnonzero(p <= 2 * (_RARE + 1) / (permutations + 1))
        if len(rare) and permutations < REFINED:
            p[rare] = draw.p(rare, REFINED)
    z = _z(near, value)
    q, found = discoveries(p, RATE)
    return Clusters(z, p, q, found & (z > 0), found & (z < 0))


def _distances(x: ArrayLike, y: ArrayLike) -> Floats:
    east, north = finite("x", x), finite("y", y)
    same_length(x=east, y=north)
    return np.hypot(east[:, None] - east, north[:, None] - north)


def _neighbourhoods(x: ArrayLike, y: ArrayLike, distance: float | None) -> Flags:
    """Who belongs to whose neighbourhood (n, n); everybody to his own."""
    reach = usual_distance(x, y) if distance is None else distance
    if not (np.isfinite(reach) and reach >= 0):
        raise ValueError("distance: must be a number of metres, at least 0.")
    distances = _distances(x, y)
    np.fill_diagonal(distances, -1.0)  # ahead of others at the very same point
    nearest = np.argsort(distances, axis=1, kind="stable")[:, : NEIGHBOURS + 1]
    near = np.zeros(distances.shape, dtype=np.bool_)
    np.put_along_axis(near, nearest, True, axis=1)
    return near & (distances <= reach)


def _z(near: Flags, value: Floats) -> Floats:
    size = len(value)
    z = np.zeros(size)
    if size < 2:
        return z
    count = near.sum(axis=1)
    spread = value.std() * np.sqrt(count * (size - count) / (size - 1))
    np.divide(near @ value - count * value.mean(), spread, out=z, where=spread > 1e-12)
    return z


class _Shuffles:
    """Draws of neighbours from all other places; the same draws serve every place."""

    def __init__(self, near: Flags, value: Floats, seed: int) -> None:
        self.value, self.seed = value, seed
        self.others: Integers = near.sum(axis=1) - 1
        self.sums = near @ value - value

    def p(self, places: Integers, permutations: int) -> Floats:
        """Two-sided p of the given places, each by so many draws."""
        drawn = self._draw(permutations)
        p = np.ones(len(places))
        for at, place in enumerate(places):
            if not self.others[place]:
                continue
            rest = np.delete(self.value, place)
            sums = rest[drawn[: self.others[place]]].sum(axis=0)
            more = np.count_nonzero(sums >= self.sums[place] - 1e-12)
            less = np.count_nonzero(sums <= self.sums[place] + 1e-12)
            p[at] = min(1.0, 2 * (min(more, less) + 1) / (permutations + 1))
        return p

    def _draw(self, permutations: int) -> Integers:
        """Different slots among the others in random order, (most neighbours, permutations)."""
        random = np.random.default_rng([self.seed, permutations])
        slots = np.empty((int(self.others.max()), permutations), dtype=np.int64)
        for turn in range(len(slots)):
            # The pick-th slot that is still free.
            pick = random.integers(len(self.value) - 1 - turn, size=permutations)
            for taken in np.sort(slots[:turn], axis=0):
                pick += pick >= taken
            slots[turn] = pick
        return slots
