"""Whether somebody is old enough to register, judged by the year of birth alone; no ORM."""

import datetime as dt
from enum import StrEnum

#: Nobody alive was born before.
OLDEST_YEARS = 120


class AgeBand(StrEnum):
    """What a year of birth says about a least age."""

    IMPOSSIBLE = "impossible"
    TOO_YOUNG = "too_young"
    #: The birthday that matters lies in this very year: only the person knows whether it was.
    EDGE = "edge"
    OLD_ENOUGH = "old_enough"


def age_band(*, birth_year: int, least_age: int, today: dt.date) -> AgeBand:
    """Judge a year of birth on a civil day; the edge is one year wide."""
    reached_in_year = today.year - birth_year
    if reached_in_year < 0 or reached_in_year > OLDEST_YEARS:
        return AgeBand.IMPOSSIBLE
    if reached_in_year < least_age:
        return AgeBand.TOO_YOUNG
    if reached_in_year == least_age and least_age > 0:
        return AgeBand.EDGE
    return AgeBand.OLD_ENOUGH
