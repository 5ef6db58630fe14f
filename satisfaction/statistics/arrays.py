"""What arrays of figures must look like before anything is computed from them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SCORES = 10
#: The ten scores a vote may have.
SCALE: Floats = np.arange(1.0, SCORES + 1.0)
#: Standard deviations on each side of a normal interval of 95 %.
Z95 = 1.959963984540054


def finite(name: str, values: ArrayLike, *, least: float = -np.inf) -> Floats:
    """Give the values as floats; ValueError where one is not a number or below `least`."""
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: every value must be a finite number.")
    if (array < least).any():
        raise ValueError(f"{name}: no value may be below {least:g}.")
    return array


def same_length(**arrays: NDArray[np.generic]) -> int:
    """Give the common length of one-dimensional arrays; ValueError where they differ."""
    shapes = {name: array.shape for name, array in arrays.items()}
    lengths = set(shapes.values())
    if len(lengths) != 1 or len(next(iter(lengths))) != 1:
        raise ValueError(f"These must be lists of the same length: {shapes}.")
    return int(next(iter(lengths))[0])


def group_indexes(groups: ArrayLike) -> Integers:
    """Give the index of each row's group; ValueError where one is negative or no whole number."""
    array = np.asarray(groups)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError("groups: indexes must be whole numbers.")
    if array.min() < 0:
        raise ValueError("groups: no index may be below 0.")
    return array.astype(np.int64)
