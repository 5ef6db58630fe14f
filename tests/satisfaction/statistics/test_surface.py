"""The surface: equal to a sum by hand, true to a planted field, silent where little is known."""

from typing import Any

import numpy as np
import pytest

from satisfaction.statistics.scores import estimate, fit
from satisfaction.statistics.surface import FARTHEST_WIDTHS, LEAST_PLACES, best_width, surface
from tests.satisfaction.statistics.towns import EXTENT, METRES, field, town


def rows(seed: int, size: int = 60) -> tuple[np.ndarray, ...]:
    """x, y, residual, deviation of places with tau2 0.4."""
    random = np.random.default_rng(seed)
    return (
        random.uniform(0, 3000, size),
        random.uniform(0, 2000, size),
        random.normal(0, 0.3, size),
        random.uniform(0.2, 0.62, size),
    )


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_weighted_mean_added_up_pixel_by_pixel(seed: int) -> None:
    x, y, residual, deviation = rows(seed)
    made = surface(
        x, y, residual, deviation, tau2=0.4, width=350.0, extent=(-500, 0, 3100, 2000), size=24
    )
    kept = np.clip(1 - deviation**2 / 0.4, 1e-3, 1)
    shown = 0
    for row in range(24):
        for column in range(24):
            east, north = -500 + (column + 0.5) * 150, 2000 - (row + 0.5) * 2000 / 24
            distance = np.hypot(x - east, y - north)
            weight = np.exp(-0.5 * (distance / 350) ** 2) * kept / 0.4
            effective = weight.sum() ** 2 / (weight**2).sum()
            is_known = effective >= LEAST_PLACES and distance.min() <= FARTHEST_WIDTHS * 350
            assert made.mask[row, column] != is_known
            if not is_known:
                assert made.mean[row, column] == made.error[row, column] == 0
                continue
            shown += 1
            mean = (weight * residual / kept).sum() / weight.sum()
            error = np.sqrt((weight**2 * 0.4 / kept).sum()) / weight.sum()
            assert made.mean[row, column] == pytest.approx(mean, abs=2e-5)
            assert made.effective[row, column] == pytest.approx(effective, rel=1e-4)
            assert made.error[row, column] == pytest.approx(error, rel=1e-4)
    assert 100 < shown < 576


def test_the_nearest_place_decides_where_much_is_heard_from_afar() -> None:
    x, y = np.full(50, 1000.0), np.linspace(900, 1100, 50)
    made = surface(
        x, y, np.ones(50), np.zeros(50), tau2=1.0, width=100.0, extent=(0, 0, 2000, 2000), size=40
    )
    assert not made.mask[20, 20]
    assert made.mask[20, 25]  # 275 m off: fifty places speak, but from too far
    assert made.mean[20, 20] == pytest.approx(1)


def test_leaning_of_scores_is_undone() -> None:
    random = np.random.default_rng(1)
    x, y = random.uniform(0, 1000, (2, 200))
    kept = random.uniform(0.1, 0.9, 200)
    made = surface(
        x, y, 0.8 * kept, np.sqrt(0.5 * (1 - kept)),
        tau2=0.5, width=300.0, extent=(400, 400, 600, 600), size=4,
    )  # fmt: skip
    assert made.mean == pytest.approx(np.full((4, 4), 0.8), abs=1e-4)


@pytest.mark.parametrize("places", [0, 1])
def test_of_hardly_any_places_nothing_is_painted(places: int) -> None:
    one = np.zeros(places)
    made = surface(one, one, one, one, tau2=0.4, width=300.0, extent=(-1, -1, 1, 1), size=8)
    assert made.mask.all()
    assert not made.mean.any()
    assert best_width(one, one, one, one, tau2=0.4) == 800


def test_where_no_place_differs_the_surface_is_flat() -> None:
    x, y, residual, deviation = rows(1)
    made = surface(x, y, residual * 0, deviation, tau2=0.0, width=600.0, extent=(0, 0, 3000, 2000))
    assert not made.mask.all()
    assert not made.mean.any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0.0},
        {"width": np.nan},
        {"extent": (0, 0, 0, 1)},
        {"extent": (0, 0, np.inf, 1)},
        {"size": 0},
        {"tau2": -1.0},
        {"tau2": np.nan},
    ],
)
def test_impossible_pictures_are_refused(wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"tau2": 0.4, "width": 300.0, "extent": (0, 0, 1, 1), "size": 4}
    with pytest.raises(ValueError, match=r"must|may|at least"):
        surface([0.0], [0.0], [0.0], [0.1], **(usual | wrong))
    with pytest.raises(ValueError, match="finite"):
        surface([np.nan], [0.0], [0.0], [0.1], **usual)
    with pytest.raises(ValueError, match="same length"):
        surface([0.0, 1.0], [0.0], [0.0], [0.1], **usual)
    with pytest.raises(ValueError, match="above 0"):
        best_width([0.0], [0.0], [0.0], [0.1], tau2=0.4, widths=(0.0,))


def test_the_width_is_the_one_that_foretells_left_out_places_best() -> None:
    x, y, residual, deviation = rows(2)
    kept = np.clip(1 - deviation**2 / 0.4, 1e-3, 1)
    errors = {}
    for width in (300.0, 500.0, 800.0):
        errors[width] = 0.0
        for out in range(60):
            rest = np.arange(60) != out
            distance = np.hypot(x - x[out], y - y[out])[rest]
            weight = np.exp(-0.5 * (distance / width) ** 2) * kept[rest]
            told = (weight * (residual / kept)[rest]).sum() / weight.sum()
            errors[width] += kept[out] * (residual[out] / kept[out] - told) ** 2
    found = best_width(x, y, residual, deviation, tau2=0.4, widths=(300.0, 500.0, 800.0))
    assert found == min(errors, key=errors.__getitem__)


@pytest.mark.slow
def test_it_shows_the_planted_field_where_density_shows_nothing() -> None:
    true_to_field, dense, off = [], [], []
    for seed in range(8):
        planted = field(seed)
        made = town(seed, tau=0.5, apart=planted)
        model = fit(*made.voted)
        found = estimate(model, *made.voted)
        places = made.x, made.y, found.residual, found.deviation
        width = best_width(*places, tau2=model.tau2)
        shown = surface(*places, tau2=model.tau2, width=width, extent=EXTENT, size=128)
        at = (np.arange(128) + 0.5) * METRES / 128
        truth = planted.at(*np.meshgrid(at, at[::-1]))
        heat = _heat(made.x, made.y, made.histograms @ np.arange(1, 11), width, at)
        seen = ~shown.mask
        true_to_field.append(np.corrcoef(shown.mean[seen], truth[seen])[0, 1])
        dense.append(np.corrcoef(heat[seen], truth[seen])[0, 1])
        off.append(np.std((shown.mean - truth)[seen] / shown.error[seen]))
    assert np.mean(true_to_field) >= 0.65
    assert abs(np.mean(dense)) <= 0.25
    assert np.mean(off) < 1.8  # smoothing leaves out peaks, which no error knows


def _heat(
    x: np.ndarray, y: np.ndarray, sums: np.ndarray, width: float, at: np.ndarray
) -> np.ndarray:
    """What a weighted density map shows: scores added up, wherever many voted."""
    down = np.exp(-0.5 * ((at[::-1][:, None] - y) / width) ** 2)
    across = np.exp(-0.5 * ((at[:, None] - x) / width) ** 2)
    return np.asarray((down * sums) @ across.T)
