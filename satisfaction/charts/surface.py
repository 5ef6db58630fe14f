"""The surface of satisfaction as a picture to lay over a map; knows no map and no database."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from satisfaction.statistics.arrays import Integers
from satisfaction.statistics.surface import Singles, Surface

#: From the worst to the best: orange, light, blue. They differ to every kind of colour blindness.
STOPS = ((166, 68, 0), (230, 122, 30), (248, 196, 140), (242, 240, 236), (150, 196, 232),
         (56, 128, 196), (10, 66, 138))  # fmt: skip
#: Opacity from the best known to the least known pixel, 0..255.
CLEAREST, FAINTEST = 220, 70
#: Standard errors (points) at which a pixel is as clear, and as faint, as it gets.
SURE, UNSURE = 0.15, 0.6
# 31 colours by 8 opacities and one for nothing fit into a palette of 256.
_COLOURS, _OPACITIES = 31, 8


def surface_png(surface: Surface, mean_range: float = 1.0) -> bytes:
    """PNG with a palette, as many pixels as the surface, transparent where it is masked.

    Colours run from `mean_range` points below what is usual of its kind (orange) to as many above
    it (blue); the larger the standard error, the fainter.
    """
    if not (np.isfinite(mean_range) and mean_range > 0):
        raise ValueError("mean_range: must be a number of points above 0.")
    colour = _steps(surface.mean, -mean_range, mean_range, _COLOURS)
    opacity = _steps(surface.error, SURE, UNSURE, _OPACITIES)
    pixels = np.where(surface.mask, np.uint8(0), 1 + opacity * np.uint8(_COLOURS) + colour)
    picture = Image.fromarray(pixels)
    picture.putpalette(_palette().tobytes())
    out = io.BytesIO()
    picture.save(out, "PNG", transparency=_alphas().tobytes(), compress_level=6)
    return out.getvalue()


def colours(count: int = _COLOURS) -> Integers:
    """The colours (count, 3) of the scale from the worst to the best, red green blue 0..255."""
    at = np.linspace(0, len(STOPS) - 1, count)
    channels = np.array(STOPS, dtype=np.float64).T
    mixed = [np.interp(at, np.arange(len(STOPS)), channel) for channel in channels]
    return np.asarray(np.rint(np.array(mixed).T), dtype=np.int64)


def _steps(values: Singles, low: float, high: float, count: int) -> NDArray[np.uint8]:
    """Which of so many equal steps between low and high each value is nearest to."""
    at = (values - low) * ((count - 1) / (high - low)) + 0.5
    return np.asarray(np.clip(at, 0, count - 0.5), dtype=np.uint8)


def _palette() -> NDArray[np.uint8]:
    shades = np.tile(colours().astype(np.uint8), (_OPACITIES, 1))
    return np.vstack([np.zeros((1, 3), dtype=np.uint8), shades]).astype(np.uint8)


def _alphas() -> NDArray[np.uint8]:
    opacities = np.linspace(CLEAREST, FAINTEST, _OPACITIES)
    return np.concatenate([[0], np.repeat(opacities, _COLOURS)]).astype(np.uint8)
