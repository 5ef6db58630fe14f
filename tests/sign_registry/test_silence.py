"""The rule about silent signs: what it says of clear cases, and how often it is wrong."""

import numpy as np
import pytest

from sign_registry.silence import chance_of_silence, is_asleep, silent_weeks


@pytest.mark.parametrize(
    ("scans", "weeks"), [([], 0), ([3, 2], 0), ([3, 0, 0], 2), ([0, 0], 2), ([0, 5], 0)]
)
def test_silence_is_counted_from_the_end(scans: list[int], weeks: int) -> None:
    assert silent_weeks(scans) == weeks


def test_a_busy_sign_is_missed_after_one_week() -> None:
    assert is_asleep([12, 9, 15, 11, 8, 14, 10, 0])


def test_a_quiet_sign_is_left_in_peace() -> None:
    assert not is_asleep([1, 0, 2, 1, 0, 1, 1, 0, 0])


def test_a_new_sign_has_no_history_to_judge_by() -> None:
    assert chance_of_silence([40, 30, 0]) is None


def test_a_sign_scanned_last_week_is_awake() -> None:
    assert chance_of_silence([5, 5, 5, 5, 5, 5, 5]) is None


def test_the_longer_the_silence_the_less_likely() -> None:
    history = [2, 3, 1, 2, 4, 2, 3]
    chances = [chance_of_silence(history + [0] * weeks) for weeks in (1, 2, 3)]

    assert chances == sorted(chances, key=lambda chance: -(chance or 0))


@pytest.mark.parametrize("rate", [0.3, 0.5, 1.0, 2.0, 4.0])
def test_each_week_fewer_than_one_sign_in_a_hundred_is_asked_after_in_vain(rate: float) -> None:
    """Signs in good order, judged in every week of half a year."""
    weeks = np.random.default_rng(20261122).poisson(rate, size=(1000, 38))
    judged = [[is_asleep([int(n) for n in row[:end]]) for end in range(12, 39)] for row in weeks]

    assert np.mean(judged) < 0.01
    assert np.mean(np.any(judged, axis=1)) < 0.12  # of a sign, in half a year


@pytest.mark.parametrize(("rate", "most"), [(1.0, 7), (2.0, 4), (5.0, 2)])
def test_a_lost_sign_is_noticed_within_weeks(rate: float, most: int) -> None:
    """Half of the lost signs are noticed within this many weeks."""
    chance = np.random.default_rng(7)
    waits = []
    for row in chance.poisson(rate, size=(500, 20)):
        history = [int(n) for n in row]
        waits.append(next((w for w in range(1, 60) if is_asleep(history + [0] * w)), 60))

    assert np.median(waits) <= most
