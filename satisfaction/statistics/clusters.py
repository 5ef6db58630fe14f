"""Neighbourhoods whose places stand out together, with chance kept in check over the whole map."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from satisfaction.statistics.arrays import Flags, Floats, Integers, finite, same_length
from satisfaction.statistics.change import RATE, discoveries

PERMUTATIONS = 4999
SEED = 1995
#: So many neighbours a middling place has at the distance that is chosen from the map.
NEIGHBOURS = 8
#: At most so many numbers are held at once (about 64 MB).
_BATCH = 8_000_000


class Clusters(NamedTuple):
    """Of each place: z of Gi*, two-sided p by permutation, q, and whether it is in a cluster."""

    z: Floats
    p: Floats
    q: Floats
    hot: Flags
    cold: Flags


def usual_distance(x: ArrayLike, y: ArrayLike, *, neighbours: int = NEIGHBOURS) -> float:
    """Distance (metres) within which half of the places have at least so many others."""
    east, north = finite("x", x), finite("y", y)
    size = same_length(x=east, y=north)
    if size < 2:
        return 0.0
    distances = np.hypot(east[:, None] - east, north[:, None] - north)
    at = min(neighbours, size - 1)
    return float(np.median(np.partition(distances, at, axis=1)[:, at]))


def getis_ord(
    x: ArrayLike,
    y: ArrayLike,
    residual: ArrayLike,
    *,
    distance: float | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Clusters:
    """Gi* of places (n,) at x, y (metres) with residuals (points) within `distance` metres.

    z_i = (sum of i and its neighbours - W_i mean) / (S sqrt((n W_i - W_i^2) / (n - 1))), W_i how
    many they are, S the standard deviation over n (Ord and Getis, 1995). p: each place keeps its
    value while its neighbours are drawn from all others `permutations` times; the smaller tail,
    doubled. Clusters are those with q <= 0.05 (`discoveries`).
    """
    east, north, value = finite("x", x), finite("y", y), finite("residual", residual)
    size = same_length(x=east, y=north, residual=value)
    if permutations < 1:
        raise ValueError("permutations: at least one.")
    reach = usual_distance(east, north) if distance is None else distance
    if not (np.isfinite(reach) and reach >= 0):
        raise ValueError("distance: must be a number of metres, at least 0.")
    near = np.hypot(east[:, None] - east, north[:, None] - north) <= reach
    z = _z(near, value)
    p = np.ones(size)
    if size > 2 and np.ptp(value) > 0:
        p = _permuted(near, value, permutations, seed)
    q, found = discoveries(p, RATE)
    return Clusters(z, p, q, found & (z > 0), found & (z < 0))


def _z(near: Flags, value: Floats) -> Floats:
    size = len(value)
    count = near.sum(axis=1)
    spread = value.std() * np.sqrt(count * (size - count) / max(size - 1, 1))
    z = np.zeros(size)
    apart = near @ value - count * value.mean() if size else z
    np.divide(apart, spread, out=z, where=spread > 1e-12)
    return z


def _permuted(near: Flags, value: Floats, permutations: int, seed: int) -> Floats:
    """Two-sided p; neighbours of all places are drawn by the same shuffles of the others."""
    size = len(value)
    others = near.sum(axis=1) - 1  # a place is within reach of itself
    sums = near @ value - value
    more, less = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    random = np.random.default_rng(seed)
    batch = max(1, min(permutations, _BATCH // size))
    for start in range(0, permutations, batch):
        slots = np.tile(np.arange(size - 1), (min(batch, permutations - start), 1))
        slots = random.permuted(slots, axis=1)[:, : others.max()]
        for place in np.flatnonzero(others):
            drawn = _drawn(value, slots[:, : others[place]], int(place))
            more[place] += np.count_nonzero(drawn >= sums[place] - 1e-12)
            less[place] += np.count_nonzero(drawn <= sums[place] + 1e-12)
    p = 2 * (np.minimum(more, less) + 1) / (permutations + 1)
    return np.where(others > 0, np.minimum(p, 1.0), 1.0)


def _drawn(value: Floats, slots: Integers, place: int) -> Floats:
    """Sums of values of the others in the given slots (m, k)."""
    rest = np.delete(value, place)
    return np.asarray(rest[slots].sum(axis=1))
