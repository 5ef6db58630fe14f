"""In how many zones one ballot may choose projects: the own one and some others; no ORM.

A project without a zone is for the whole town and counts nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the choices of one voter may go.

    Attributes:
        own: numbers of the zones the home lies in.
        others: in how many zones beside those projects may be chosen.
    """

    own: frozenset[int]
    others: int

    def beyond(self, zones: Iterable[int | None]) -> set[int]:
        """The zones among those of the chosen projects that are not the voter's own."""
        return {zone for zone in zones if zone is not None} - self.own

    def allows(self, zones: Iterable[int | None]) -> bool:
        """Whether projects of these zones may stand together on the voter's ballot."""
        return len(self.beyond(zones)) <= self.others
