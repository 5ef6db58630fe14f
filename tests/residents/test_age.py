"""The age rule knows only a year of birth: the year in which the birthday lies is asked about."""

import datetime as dt

import pytest

from residents.age import AgeBand, age_band

TODAY = dt.date(2026, 5, 10)


@pytest.mark.parametrize(
    ("birth_year", "least_age", "band"),
    [
        (2011, 16, AgeBand.TOO_YOUNG),
        (2010, 16, AgeBand.EDGE),
        (2009, 16, AgeBand.OLD_ENOUGH),
        (1926, 16, AgeBand.OLD_ENOUGH),
        (1905, 16, AgeBand.IMPOSSIBLE),
        (2027, 16, AgeBand.IMPOSSIBLE),
        (2026, 0, AgeBand.OLD_ENOUGH),
    ],
)
def test_a_year_of_birth_decides_where_it_can(
    birth_year: int, least_age: int, band: AgeBand
) -> None:
    assert age_band(birth_year=birth_year, least_age=least_age, today=TODAY) is band


def test_whoever_is_told_too_young_has_no_birthday_in_this_year_that_would_do() -> None:
    for birth_year in range(1930, 2026):
        for least_age in range(1, 19):
            last_day = dt.date(2026, 12, 31)
            age_then = last_day.year - birth_year
            band = age_band(birth_year=birth_year, least_age=least_age, today=TODAY)
            assert (band is AgeBand.TOO_YOUNG) == (age_then < least_age)
