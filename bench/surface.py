"""The surface of satisfaction, drawn and encoded, beside binning with FFT and folium's heat map."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import folium
import numpy as np
from folium.plugins import HeatMap
from numpy.typing import NDArray
from PIL import Image
from scipy.signal import fftconvolve

from bench.harness import Contender, Row, compare, fact, faster, share, write_results
from satisfaction.charts.surface import surface_png
from satisfaction.statistics.surface import surface

COMMAND = "make bench ARGS=surface"
SIZE, METRES, WIDTH = 512, 10_000.0, 400.0
PLACES, VOTES, POINTS = 600, 1_000_000, 100_000
TAU2 = 0.4
_SEED = 20_264
# Metres in a degree at the latitude of the invented town, for folium, which wants degrees.
_LATITUDE, _LONGITUDE = 42.43, 25.62
_DEGREE = 111_320.0


class Ground(NamedTuple):
    """Places with figures, and single votes of the same town for those that draw votes."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    residual: NDArray[np.float64]
    deviation: NDArray[np.float64]
    vote_x: NDArray[np.float64]
    vote_y: NDArray[np.float64]
    vote: NDArray[np.float64]


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    votes, points = (100_000, 10_000) if smoke else (VOTES, POINTS)
    ground = _ground(votes)
    timed = compare(
        [
            Contender("ours", lambda: ground, _ours),
            Contender("limit", lambda: ground, _bin_and_fft),
            Contender("limit encoded", lambda: ground, _encoded_fft),
            Contender("folium", lambda: ground, lambda one: _folium(one, points)),
        ],
        rounds=7,
    )
    ours, page = len(timed.answer("ours")), len(timed.answer("folium"))
    rows = [
        faster("surface.vs_bin_and_fft", timed, "ours", "limit", goal=">= 0.4", command=COMMAND),
        faster(
            "surface.vs_bin_and_fft_encoded", timed, "ours", "limit encoded", goal=None,
            command=COMMAND,
        ),
        faster("surface.vs_folium_heatmap", timed, "ours", "folium", goal=None, command=COMMAND),
        share(
            "surface.payload_vs_folium_heatmap", float(ours), float(page), "bytes",
            goal="<= 0.1", command=COMMAND,
        ),
        fact("surface.cpu", timed.cpu("ours"), "s", command=COMMAND),
    ]  # fmt: skip
    write_results("surface", rows, {"surface": timed})
    return rows


def _ground(votes: int) -> Ground:
    """A seeded town: places denser in the middle, each vote at its place."""
    random = np.random.default_rng(_SEED)
    x, y = np.clip(random.normal(METRES / 2, METRES / 5, (2, PLACES)), 0, METRES)
    kept = random.uniform(0.1, 0.9, PLACES)
    residual = kept * random.normal(0, np.sqrt(TAU2), PLACES)
    place = random.integers(PLACES, size=votes)
    vote = np.clip(np.rint(random.normal(6.5 + residual[place], 2.5)), 1, 10)
    return Ground(x, y, residual, np.sqrt(TAU2 * (1 - kept)), x[place], y[place], vote)


def _ours(ground: Ground) -> bytes:
    """From figures of places to the bytes of the picture."""
    made = surface(
        *ground[:4], tau2=TAU2, width=WIDTH, extent=(0.0, 0.0, METRES, METRES), size=SIZE
    )
    return surface_png(made)


def _bin_and_fft(ground: Ground) -> NDArray[np.float64]:
    """The least that a smoothed mean of votes costs: bin counts and sums, convolve both, divide."""
    cell = METRES / SIZE
    column = np.minimum((ground.vote_x / cell).astype(np.int32), SIZE - 1)
    row = np.minimum((ground.vote_y / cell).astype(np.int32), SIZE - 1)
    at = row * SIZE + column
    count = np.bincount(at, minlength=SIZE**2).reshape(SIZE, SIZE)
    total = np.bincount(at, ground.vote, minlength=SIZE**2).reshape(SIZE, SIZE)
    reach = 32
    line = np.exp(-0.5 * ((np.arange(2 * reach + 1) - reach) * cell / WIDTH) ** 2)
    kernel = np.outer(line, line)
    smooth = fftconvolve(count, kernel, mode="same")
    return np.asarray(fftconvolve(total, kernel, mode="same") / np.maximum(smooth, 1e-9))


def _encoded_fft(ground: Ground) -> bytes:
    """The same, coloured and encoded in the plainest way, for a picture against a picture."""
    mean = _bin_and_fft(ground)
    grey = np.clip((mean - 1) * (255 / 9), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG")
    return out.getvalue()


def _folium(ground: Ground, points: int) -> bytes:
    """The usual page: every vote as a point of a heat map."""
    latitude = _LATITUDE + (ground.vote_y[:points] - METRES / 2) / _DEGREE
    longitude = _LONGITUDE + (ground.vote_x[:points] - METRES / 2) / _DEGREE
    made: Any = folium.Map((_LATITUDE, _LONGITUDE))
    HeatMap(np.column_stack([latitude, longitude, ground.vote[:points]]).tolist()).add_to(made)
    return str(made.get_root().render()).encode()
