"""The rule of bursts: what it catches, what it leaves alone, and how often it errs."""

import numpy as np
import pytest

from sign_registry import bursts

USUAL = np.array([14, 5, 5, 5, 8, 8, 12, 15, 12, 16]) / 100
TOWN = [int(share * 5000) for share in USUAL]
DAYS = 28


def history(a_week: float, seed: int = 1, shares: np.ndarray | None = None) -> bursts.History:
    """Four weeks of a place with good and bad days, at so many votes a week."""
    random = np.random.default_rng(seed)
    counts = random.poisson(a_week / 7 / 3 * random.gamma(1, 1, DAYS))
    scores = random.multinomial(3 * int(counts.sum()), USUAL if shares is None else shares)
    return bursts.History(counts.tolist(), scores.tolist(), TOWN)


def same(score: int, votes: int) -> list[int]:
    return [votes if place == score else 0 for place in range(1, 11)]


@pytest.mark.parametrize("a_week", [0.5, 12, 60])
@pytest.mark.parametrize("score", [1, 10])
@pytest.mark.parametrize("votes", [12, 50, 5000])
def test_one_number_pressed_again_and_again_is_a_burst(
    votes: int, score: int, a_week: float
) -> None:
    finding = bursts.judge(same(score, votes), history(a_week))
    assert finding.is_burst
    assert (finding.votes, finding.score, finding.share) == (votes, score, 1.0)


@pytest.mark.parametrize("hour", [[0] * 10, same(1, 5), same(10, 1)])
def test_a_few_votes_are_never_a_burst(hour: list[int]) -> None:
    assert not bursts.judge(hour, history(1)).is_burst


def test_a_place_without_a_past_is_judged_by_the_town() -> None:
    nothing = bursts.History([], [0] * 10, TOWN)
    assert bursts.judge(same(1, 40), nothing).is_burst
    assert not bursts.judge(same(1, 6), nothing).is_burst


def test_a_crowd_at_a_launch_is_no_burst() -> None:
    random = np.random.default_rng(2)
    for seed in range(100):
        crowd = random.multinomial(random.integers(20, 400), random.dirichlet(USUAL * 20))
        assert not bursts.judge(crowd.tolist(), history(12, seed)).is_burst


def test_a_loved_place_on_its_best_day_is_no_burst() -> None:
    shares = np.array([0.01] * 9 + [0.91])
    assert not bursts.judge(same(10, 14), history(60, shares=shares)).is_burst


def test_numbers_in_the_middle_are_no_burst() -> None:
    assert not bursts.judge(same(5, 40), history(12)).is_burst


def test_false_alarms_are_rare() -> None:
    """600 places, four weeks, every hour of three day parts, good and bad days: no false alarm.

    By the rule of three, at most three in 300,000 hours: one in a hundred days of a whole town.
    """
    random = np.random.default_rng(3)
    alarms = 0
    for place in range(600):
        a_week, shares = random.gamma(0.6, 20), random.dirichlet(USUAL * random.choice([3, 10, 30]))
        past = history(a_week, place, shares)
        rates = a_week / 7 / 18 * random.gamma(1, 1, (DAYS, 18))
        for votes in random.poisson(rates).ravel():
            if votes >= bursts.FEWEST:
                hour = random.multinomial(votes, shares).tolist()
                alarms += bursts.judge(hour, past).is_burst
    assert alarms == 0


def test_busy_places_of_one_opinion_are_left_alone() -> None:
    random = np.random.default_rng(4)
    alarms = judged = 0
    for place in range(150):
        a_week, shares = random.uniform(100, 2000), random.dirichlet(USUAL * 1.5)
        past = history(a_week, place, shares)
        for votes in random.poisson(a_week / 7 / 18 * random.gamma(1, 1, 40)):
            judged += votes >= bursts.FEWEST
            alarms += bursts.judge(random.multinomial(votes, shares).tolist(), past).is_burst
    assert judged > 2000
    assert alarms <= judged / 1000
