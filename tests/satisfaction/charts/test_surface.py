"""The picture of the surface: colours, opacity, nothing where nothing is known."""

import io

import numpy as np
import pytest
from PIL import Image

from satisfaction.charts.surface import (
    CLEAREST,
    FAINTEST,
    STOPS,
    SURE,
    UNSURE,
    colours,
    surface_png,
)
from satisfaction.statistics.surface import Surface


def drawn(mean: list[list[float]], error: float = 0.0, mean_range: float = 1.0) -> np.ndarray:
    """Pixels (rows, columns, 4) of the picture; nan is masked."""
    values = np.array(mean, dtype=np.float32)
    mask = np.isnan(values)
    shown = np.where(mask, np.float32(0), values)
    known, errors = np.full_like(values, 9), np.full_like(values, error)
    surface = Surface(shown, known, errors, mask, (0, 0, 1, 1))
    picture = Image.open(io.BytesIO(surface_png(surface, mean_range)))
    assert picture.format == "PNG"
    assert picture.mode == "P"
    return np.asarray(picture.convert("RGBA"))


def test_colours_run_from_orange_to_blue() -> None:
    pixels = drawn([[-5.0, -1.0, 0.0, 1.0, 5.0]])[0, :, :3].tolist()
    ends = [list(STOPS[0]), list(STOPS[-1])]
    assert pixels[:2] == [ends[0]] * 2
    assert pixels[3:] == [ends[1]] * 2
    assert pixels[2] == list(STOPS[3])
    assert drawn([[-0.5, 0.5]], mean_range=0.5)[0, :, :3].tolist() == ends


def test_where_nothing_is_known_nothing_is_painted() -> None:
    assert drawn([[np.nan, 0.3], [-0.3, np.nan]])[:, :, 3].tolist() == [
        [0, CLEAREST],
        [CLEAREST, 0],
    ]


def test_the_less_is_known_the_fainter() -> None:
    opacity = [int(drawn([[0.2]], error)[0, 0, 3]) for error in (SURE, 0.3, 0.45, UNSURE, 3.0)]
    assert opacity == sorted(opacity, reverse=True)
    assert (opacity[0], opacity[-1]) == (CLEAREST, FAINTEST)
    assert opacity[1] > opacity[2] > opacity[3]


def test_worse_and_better_differ_to_the_colour_blind() -> None:
    """Lightness falls to both ends, and the ends differ in blue, which few eyes mix up."""
    found = colours()
    light = found @ [0.2126, 0.7152, 0.0722]
    middle = len(found) // 2
    assert (np.diff(light[: middle + 1]) > 0).all()
    assert (np.diff(light[middle:]) < 0).all()
    assert found[-1, 2] - found[0, 2] > 100


def test_the_north_is_above() -> None:
    pixels = drawn([[1.0, 1.0], [-1.0, -1.0]])
    assert pixels[0, 0, :3].tolist() == list(STOPS[-1])
    assert pixels[1, 0, :3].tolist() == list(STOPS[0])


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan])
def test_a_range_of_nothing_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        drawn([[0.0]], mean_range=wrong)
