"""The order in which one walks along the doors of an area; pure, no ORM.

Street by street, the next one being that whose door is nearest to where one stands; in a street up
the side of the odd numbers and back down that of the even ones, so that one ends where one began.
Doors without a number follow in the order of their names. It is a good walk, not the shortest one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from geo.matching.numbers import parse_number


@dataclass(frozen=True, slots=True)
class Door:
    """One entrance: the street it belongs to, its number as written, and its point (EPSG:4326)."""

    label: str
    street: str
    number: str
    block: str
    entrance: str
    longitude: float
    latitude: float


def in_walking_order(doors: Iterable[Door]) -> list[Door]:
    """Every door once; the walk begins at the westernmost one."""
    streets: dict[str, list[Door]] = {}
    for door in doors:
        streets.setdefault(door.street, []).append(door)
    if not streets:
        return []
    rounds = {name: _round(own) for name, own in streets.items()}
    here = min(
        (door for own in rounds.values() for door in own),
        key=lambda door: (door.longitude, door.latitude, door.label),
    )
    walked: list[Door] = []
    while rounds:
        name = min(rounds, key=lambda name: (_nearest(here, rounds[name]), name))
        walk = _from_nearest(here, rounds.pop(name))
        walked += walk
        here = walk[-1]
    return walked


def _round(doors: Sequence[Door]) -> list[Door]:
    """Up the odd side, down the even one, then what has no number."""
    return sorted(doors, key=_turn)


def _from_nearest(here: Door, walk: list[Door]) -> list[Door]:
    """From the other end where that is nearer."""
    return walk[::-1] if _apart(here, walk[-1]) < _apart(here, walk[0]) else walk


def _nearest(here: Door, doors: Sequence[Door]) -> float:
    return min(_apart(here, doors[0]), _apart(here, doors[-1]))


def _apart(one: Door, other: Door) -> float:
    """In degrees of latitude, good enough to compare within a town."""
    wide = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return hypot(wide, one.latitude - other.latitude)


def _turn(door: Door) -> tuple[int, int, str, str, str, str]:
    parsed = parse_number(door.number)
    rest = (parsed.key if parsed else "", door.block, door.entrance, door.label)
    if parsed is None:
        return (2, 0, *rest)
    return (0, parsed.number, *rest) if parsed.number % 2 else (1, -parsed.number, *rest)
