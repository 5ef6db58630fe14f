"""Days to answer agree with an independent estimate; open reports are not forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from incidents.statistics import LEAST, Case, figures_of, per_unit, survival_quantile

CASES = st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=80)


@given(CASES, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_quantiles_agree_with_statsmodels(cases: list[tuple[int, bool]], share: float) -> None:
    days, answered = [one[0] for one in cases], [one[1] for one in cases]
    own = survival_quantile(days, answered, share)
    if not any(answered):
        assert own is None
        return
    # Its times must be positive; all days moved by one are the same question.
    curve = SurvfuncRight([day + 1 for day in days], answered)
    reached = [
        time for time, left in zip(curve.surv_times, curve.surv_prob, strict=True)
        if left <= 1 - share + 1e-12
    ]  # fmt: skip
    assert own == (reached[0] - 1 if reached else None)


def test_open_reports_make_the_middle_later_not_earlier() -> None:
    quick = [Case(2, is_answered=True)] * 10
    slow = [Case(200, is_answered=False)] * 9
    assert figures_of(quick).median == 2
    assert figures_of(quick + slow).p90 is None
    assert figures_of(quick + slow * 2).median is None


@pytest.mark.parametrize(("number", "is_told"), [(LEAST - 1, False), (LEAST, True)])
def test_of_few_reports_nothing_is_told(number: int, is_told: bool) -> None:
    told = figures_of([Case(3, is_answered=True, is_on_time=True)] * number)
    assert (told.number is not None, told.median is not None, told.on_time is not None) == (
        (is_told,) * 3
    )
    assert (per_unit(number, 2000, 1000) is not None) == is_told


def test_share_on_time_asks_for_enough_terms_that_ended() -> None:
    running = [Case(3, is_answered=False)] * 20
    late = [Case(40, is_answered=True, is_on_time=False)] * 5
    kept = [Case(20, is_answered=True, is_on_time=True)] * 15
    assert figures_of(running + late).on_time is None
    assert figures_of(running + late + kept).on_time == 75
