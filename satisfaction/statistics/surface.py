"""Where people are how satisfied, as a surface: not how many voted where, which is another map."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from satisfaction.statistics.arrays import Flags, Floats, finite, same_length

#: Pixels with fewer effective places, or farther than so many widths from any, are not shown.
LEAST_PLACES = 5.0
FARTHEST_WIDTHS = 2.0
#: Widths that are tried, metres.
WIDTHS = tuple(float(width) for width in range(300, 801, 50))
#: Variance added to that of each score, so that one busy place does not paint alone (points^2).
_PLACE_VARIANCE = 0.25

Extent = tuple[float, float, float, float]


class Surface(NamedTuple):
    """Pixels (size, size), the first row in the north, the first column in the west.

    `mean` difference to what is usual of its kind (points), `effective` how many places speak,
    `error` standard error (points), `mask` True where too little is known; there the others are 0.
    """

    mean: Floats
    effective: Floats
    error: Floats
    mask: Flags
    extent: Extent


def surface(  # noqa: PLR0913 - places, and the picture they are drawn into
    x: ArrayLike,
    y: ArrayLike,
    residual: ArrayLike,
    deviation: ArrayLike,
    *,
    width: float,
    extent: Extent,
    size: int = 512,
) -> Surface:
    """Kernel mean of residuals (Nadaraya, 1964; Watson, 1964) with the places that carry it.

    Places (n,) at x, y in metres of a projected system, residuals and standard deviations in
    points; `extent` west, south, east, north. m = sum K p r / sum K p with Gaussian K of `width`
    metres and p = 1 / (deviation^2 + 0.25); n_eff = (sum K p)^2 / sum (K p)^2; error =
    sqrt(sum (K p)^2 deviation^2) / sum K p. A Gaussian of a distance is a product of one in x and
    one in y, so every sum is one matrix product, without grid error.
    """
    east, north, value, spread = _places(x, y, residual, deviation)
    _check(width, extent, size)
    across = _centres(extent[0], extent[2], size)
    down = _centres(extent[1], extent[3], size)[::-1]
    weight = 1 / (spread**2 + _PLACE_VARIANCE)
    g_across = np.exp(-0.5 * ((across[:, None] - east) / width) ** 2)
    g_down = np.exp(-0.5 * ((down[:, None] - north) / width) ** 2)
    total = (g_down * weight) @ g_across.T
    squares = g_across.T**2
    square = (g_down**2 * weight**2) @ squares
    hidden = _far(east, north, across, down, FARTHEST_WIDTHS * width)
    effective = np.zeros_like(total)
    np.divide(total**2, square, out=effective, where=~hidden)
    hidden |= effective < LEAST_PLACES
    shown = ~hidden
    mean, error = np.zeros_like(total), np.zeros_like(total)
    np.divide((g_down * (weight * value)) @ g_across.T, total, out=mean, where=shown)
    np.divide((g_down**2 * (weight * spread) ** 2) @ squares, total**2, out=error, where=shown)
    return Surface(mean, np.where(shown, effective, 0.0), np.sqrt(error), hidden, extent)


def best_width(
    x: ArrayLike,
    y: ArrayLike,
    residual: ArrayLike,
    deviation: ArrayLike,
    *,
    widths: tuple[float, ...] = WIDTHS,
) -> float:
    """Width among `widths` (metres) by which each place is best foretold from all others.

    Least sum of p (r - m without it)^2 (leave-one-out cross-validation: Stone, 1974); a place that
    no other reaches counts as foretold by 0. Of equal ones the widest; n^2 numbers are held.
    """
    east, north, value, spread = _places(x, y, residual, deviation)
    if not widths or min(widths) <= 0:
        raise ValueError("widths: at least one number of metres, all above 0.")
    weight = 1 / (spread**2 + _PLACE_VARIANCE)
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
    x: ArrayLike, y: ArrayLike, residual: ArrayLike, deviation: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    east, north = finite("x", x), finite("y", y)
    value, spread = finite("residual", residual), finite("deviation", deviation, least=0.0)
    same_length(x=east, y=north, residual=value, deviation=spread)
    return east, north, value, spread


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
    rows, columns = len(down), len(across)
    squared = reach**2 - (down[:, None] - north) ** 2
    row, place = np.nonzero(squared >= 0)
    half = np.sqrt(squared[row, place])
    first = np.searchsorted(across, east[place] - half, side="left")
    past = np.searchsorted(across, east[place] + half, side="right")
    cells = rows * (columns + 1)
    starts = np.bincount(row * (columns + 1) + first, minlength=cells)
    ends = np.bincount(row * (columns + 1) + past, minlength=cells)
    runs = (starts - ends).reshape(rows, columns + 1)
    return np.asarray(runs.cumsum(axis=1)[:, :columns] == 0)
