"""Where people are how satisfied, as a surface: not how many voted where, which is another map."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from satisfaction.statistics.arrays import Flags, Floats, finite, same_length

#: Pixels with fewer effective places, or farther than so many widths from any, are not shown.
LEAST_PLACES = 5.0
FARTHEST_WIDTHS = 2.0
#: Widths that are tried, metres.
WIDTHS = tuple(float(width) for width in range(300, 801, 50))
#: What a place without votes of its own keeps of its difference, so that nothing is divided by 0.
_LEAST_KEPT = 1e-3
_TINY = np.finfo(np.float32).tiny

Extent = tuple[float, float, float, float]
Singles = NDArray[np.float32]


class Surface(NamedTuple):
    """Pixels (size, size), the first row in the north, the first column in the west.

    `mean` difference to what is usual of its kind (points), `effective` how many places speak,
    `error` standard error (points), `mask` True where too little is known; there the others are 0.
    """

    mean: Singles
    effective: Singles
    error: Singles
    mask: Flags
    extent: Extent


def surface(  # noqa: PLR0913 - places, and the picture they are drawn into
    x: ArrayLike,
    y: ArrayLike,
    residual: ArrayLike,
    deviation: ArrayLike,
    *,
    tau2: float,
    width: float,
    extent: Extent,
    size: int = 512,
) -> Surface:
    """Kernel mean of what sets places apart (Nadaraya, 1964; Watson, 1964), with its error.

    Places (n,) at x, y in metres of a projected system, residuals and standard deviations of their
    scores in points, `tau2` as fitted; `extent` west, south, east, north. Leaning a place towards
    its kind is undone first (r / B, variance tau2 / B, B = 1 - deviation^2 / tau2), or the surface
    would be flattened twice. m = sum K p r / sum K p with Gaussian K of `width` metres and
    p = 1 / variance; n_eff = (sum K p)^2 / sum (K p)^2; error = sqrt(sum K^2 p) / sum K p.
    A Gaussian of a distance is a product of one in x and one in y, so every sum is one matrix
    product, without grid error (single precision: 1e-5 points).
    """
    east, north, value, weight = _places(x, y, residual, deviation, tau2)
    _check(width, extent, size)
    across = _centres(extent[0], extent[2], size)
    down = _centres(extent[1], extent[3], size)[::-1]
    g_across, g_down = _bells(across, east, width).T, _bells(down, north, width)
    # Weights about 1, for single precision; only their ratios count, except in the error.
    scale = weight.max(initial=0.0) or 1.0
    p = (weight / scale).astype(np.float32)
    total = (g_down * p) @ g_across
    sums = (g_down * (p * value.astype(np.float32))) @ g_across
    g_across, g_down = np.square(g_across), np.square(g_down)
    squares = (g_down * np.square(p)) @ g_across
    noise = (g_down * p) @ g_across
    hidden = _far(east, north, across, down, FARTHEST_WIDTHS * width)
    squared = total * total
    hidden |= squared < np.float32(LEAST_PLACES) * squares
    return Surface(
        mean=_shown(sums, total, hidden),
        effective=_shown(squared, squares, hidden),
        error=np.sqrt(_shown(noise, squared, hidden) / np.float32(scale)),
        mask=hidden,
        extent=extent,
    )


def best_width(
    x: ArrayLike,
    y: ArrayLike,
    residual: ArrayLike,
    deviation: ArrayLike,
    *,
    tau2: float,
    widths: tuple[float, ...] = WIDTHS,
) -> float:
    """Width among `widths` (metres) by which each place is best foretold from all others.

    Least sum of p (r - m without it)^2 (leave-one-out cross-validation: Stone, 1974); a place that
    no other reaches counts as foretold by 0. Of equal ones the widest; n^2 numbers are held.
    """
    east, north, value, weight = _places(x, y, residual, deviation, tau2)
    if not widths or not min(widths) > 0:
        raise ValueError("widths: at least one number of metres, all above 0.")
    squared = (east[:, None] - east) ** 2 + (north[:, None] - north) ** 2
    errors = {}
    for width in widths:
        near = np.exp(-0.5 * squared / width**2) * weight
        np.fill_diagonal(near, 0.0)
        total = near.sum(axis=1)
        told = np.zeros_like(total)
        np.divide(near @ value, total, out=told, where=total > 0)
        errors[width] = float((weight * (value - told) ** 2).sum())
    return min(widths, key=lambda width: (errors[width], -width))


def _places(
    x: ArrayLike, y: ArrayLike, residual: ArrayLike, deviation: ArrayLike, tau2: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Checked x, y, differences as the votes alone say them, and their weights."""
    east, north = finite("x", x), finite("y", y)
    value, spread = finite("residual", residual), finite("deviation", deviation, least=0.0)
    same_length(x=east, y=north, residual=value, deviation=spread)
    between = float(finite("tau2", tau2, least=0.0))
    if between == 0:
        # No place differs from its kind; where that is known is all there is to paint.
        return east, north, value, 1 / np.maximum(spread**2, _LEAST_KEPT)
    kept = np.clip(1 - spread**2 / between, _LEAST_KEPT, 1.0)
    return east, north, value / kept, kept / between


def _bells(at: Floats, places: Floats, width: float) -> Singles:
    """Gaussian of the distance between lines of pixels (size,) and places (n,), (size, n)."""
    # Counted from the first line: coordinates of a country do not fit into single precision.
    lines = ((at - at[0]) / width).astype(np.float32)
    apart = lines[:, None] - ((places - at[0]) / width).astype(np.float32)
    bells: Singles = np.exp(np.float32(-0.5) * apart * apart)
    return bells


def _shown(part: NDArray[np.floating], whole: NDArray[np.floating], hidden: Flags) -> Singles:
    """part / whole, 0 where hidden."""
    return np.asarray(np.where(hidden, 0, part / np.maximum(whole, _TINY)), dtype=np.float32)


def _check(width: float, extent: Extent, size: int) -> None:
    west, south, east, north = (float(side) for side in finite("extent", extent))
    if not (np.isfinite(width) and width > 0):
        raise ValueError("width: must be a number of metres above 0.")
    if not (west < east and south < north):
        raise ValueError("extent: west must be below east, and south below north.")
    if size < 1:
        raise ValueError("size: at least one pixel.")


def _centres(low: float, high: float, size: int) -> Floats:
    """Middles of pixels between two sides, metres."""
    return np.asarray(low + (np.arange(size) + 0.5) * ((high - low) / size))


def _far(east: Floats, north: Floats, across: Floats, down: Floats, reach: float) -> Flags:
    """Pixels (rows, columns) with no place within reach (metres).

    Each place covers a run of pixels in each row of its circle; starts and ends of the runs are
    counted and summed up along the row.
    """
    size = len(across)
    step = (across[-1] - across[0]) / (size - 1) if size > 1 else 2 * reach
    squared = reach**2 - np.square(down[:, None] - north)
    row, place = np.nonzero(squared >= 0)
    half = np.sqrt(squared[row, place])
    middle = east[place] - across[0]
    first = np.clip(np.ceil((middle - half) / step), 0, size).astype(np.int64)
    past = np.clip(np.floor((middle + half) / step) + 1, 0, size).astype(np.int64)
    row *= size + 1
    starts = np.bincount(row + first, minlength=size * (size + 1))
    ends = np.bincount(row + past, minlength=size * (size + 1))
    runs = (starts - ends).reshape(size, size + 1).cumsum(axis=1, dtype=np.int32)
    return np.asarray(runs[:, :size] == 0)
