"""Whose vote counts, as data, and why; no ORM.

It limits counted votes only: everybody may always read and speak, and is shown apart.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Whose(models.TextChoices):
    """Which homes count."""

    TOWN = "town", _("the whole town")
    AREA = "area", _("homes in the area")
    ZONES = "zones", _("homes in any of some zones")
    HOME_PLUS = "home_plus", _("the own zone and some others of one's choice")


class Why(StrEnum):
    """The reason told to a resident."""

    COUNTED = "counted"
    NO_RESIDENCE = "no_residence"
    OUTSIDE = "outside"
    NOT_SURE_ENOUGH = "not_sure_enough"
    TOO_YOUNG = "too_young"
    #: Only on a roll: a decision took the line out while the vote ran.
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who counts.

    Attributes:
        zones: numbers of zones, where homes in zones count.
        others: with `home_plus`, in how many zones beside the own one a person may vote.
        assurance: the least that a residence must have, as in `Residence.Assurance` (1 to 3).
        least_age: in years on the reference date; 0 asks for none.
    """

    whose: Whose
    zones: frozenset[int] = frozenset()
    others: int = 0
    assurance: int = 1
    least_age: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """A residence on the reference date.

    Attributes:
        zones: numbers of the zones it lies in.
        is_in_area: whether it lies in the area of the consultation, decided by geometry.
        age: of the person in whole years on that day; nothing if it was never said.
    """

    assurance: int
    zones: frozenset[int] = field(default_factory=frozenset)
    is_in_area: bool = False
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person counts, why, and in which zones.

    Attributes:
        zones: in which zones the person may vote without choosing.
        others: how many more zones the person may choose.
    """

    why: Why
    zones: frozenset[int] = frozenset()
    others: int = 0

    @property
    def counts(self) -> bool:
        """Whether a vote counts."""
        return self.why is Why.COUNTED


def judge(rule: Rule, home: Home | None) -> Verdict:
    """Whether a person with this home on the reference date counts."""
    if home is None:
        return Verdict(Why.NO_RESIDENCE)
    if rule.least_age and (home.age is None or home.age < rule.least_age):
        return Verdict(Why.TOO_YOUNG)
    if home.assurance < rule.assurance:
        return Verdict(Why.NOT_SURE_ENOUGH)
    if rule.whose is Whose.AREA and not home.is_in_area:
        return Verdict(Why.OUTSIDE)
    own = home.zones & rule.zones if rule.zones else home.zones
    if rule.whose in (Whose.ZONES, Whose.HOME_PLUS) and not own:
        return Verdict(Why.OUTSIDE)
    return Verdict(Why.COUNTED, own, rule.others if rule.whose is Whose.HOME_PLUS else 0)
