"""What can be said about a figure: plain values that sentences, pictures and files are made of."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

#: Under which everybody may use the figures and the pictures made of them.
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


class Kind(StrEnum):
    """What a fact is about."""

    TOWN = "town"
    CATEGORY = "category"
    ZONE = "zone"
    SMALL = "small"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Period:
    """A period [first_day, until) of whole months, and how long such periods are."""

    span: str
    first_day: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with everything that must be said along with it.

    Scores are on the scale of 1 to 10, intervals of 95 %; `score` is None where votes are too few,
    and then no other number of the figure may be shown. `change_state` is "", "up", "down" or
    "same": what the interval of the change allows to say about the period before.
    """

    kind: Kind
    subject: str  # name in the language of the reader; empty for the whole town
    town: str
    period: Period
    votes: int
    places: int
    state: str  # Figure.State
    score: float | None
    low: float | None
    high: float | None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    change_state: str = ""
    histogram: tuple[int, ...] = ()
    happy: float | None = None
    unhappy: float | None = None
    band: str = ""  # SiteFigure.Band
    group: str = ""  # name of the category a place is compared in
    code: str = ""  # Snapshot.code: how a citation names it
    digest: str = ""
    is_synthetic: bool = False
