"""Draws what is reported in a demonstration from how often it is reported elsewhere; no ORM."""

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

#: Who reports, and how many of a hundred.
REPORTERS = {"named": 62, "account": 20, "anonymous": 18}
#: What becomes of a report that a department works on, and how many of a hundred.
FATES = {
    "answered": 40, "closed": 18, "asked": 10, "opinion": 6, "returned": 4, "reopened": 4,
    "noted": 6, "refused": 3, "merged": 3, "forwarded": 6,
}  # fmt: skip
#: After the third quarter a duration runs on to so many times its length.
TAIL = 4.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of fault is reported: its weight, quarters of the hours until it is done."""

    weight: float
    quarters: tuple[float, float, float]
    late: float


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The table of frequencies: kinds of faults, and weights of hours, weekdays and ways in."""

    kinds: Mapping[str, Kind]
    weights: Mapping[str, Mapping[str, float]]

    @classmethod
    def read(cls, path: Path) -> "Frequencies":
        """Open the table; a line that does not fit is an error of the program."""
        kinds: dict[str, Kind] = {}
        weights: dict[str, dict[str, float]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                weight = float(line["count"]) / float(line["of"])
                if line["kind"] == "category":
                    hours = tuple(float(line[f"hours_{part}"]) for part in (25, 50, 75))
                    kinds[line["value"]] = Kind(
                        weight, (hours[0], hours[1], hours[2]), float(line["late_share"])
                    )
                else:
                    weights.setdefault(line["kind"], {})[line["value"]] = weight
        return cls(kinds, weights)


@dataclass(frozen=True, slots=True)
class Plan:
    """One report that will be: when, of what, by whom and which way, and what becomes of it."""

    at: dt.datetime
    category: str
    channel: str
    reporter: str
    fate: str
    # Until it is done; a report that is late is done after its term, or never.
    lasts: dt.timedelta
    # Which place of the town, the busy ones first.
    place: int
    text: int


@dataclass(frozen=True, slots=True)
class Wish:
    """How many reports, in how many days before which moment, at how many places.

    A small town hall takes `pace` times as long as the cities of the table.
    """

    count: int
    days: int
    pace: float
    until: dt.datetime
    places: int


def make_plans(frequencies: Frequencies, wish: Wish, random: Random) -> list[Plan]:
    """The same plans for the same random numbers, oldest first."""
    found = [_plan(frequencies, wish, random) for _number in range(wish.count)]
    return sorted(found, key=lambda one: one.at)


def _plan(frequencies: Frequencies, wish: Wish, random: Random) -> Plan:
    code = _choice({code: kind.weight for code, kind in frequencies.kinds.items()}, random)
    kind = frequencies.kinds[code]
    channel = _choice(frequencies.weights["channel"], random)
    reporter = _choice(REPORTERS, random)
    if channel in ("phone", "paper", "email") and reporter == "account":
        reporter = "named"
    return Plan(
        at=_moment(frequencies, wish, random),
        category=code,
        channel=channel,
        reporter=reporter,
        fate=_choice(FATES, random),
        lasts=_duration(kind, wish.pace, random),
        place=min(int(random.paretovariate(0.9)) - 1, wish.places - 1),
        text=random.randrange(1000),
    )


def _moment(frequencies: Frequencies, wish: Wish, random: Random) -> dt.datetime:
    """An hour of a weekday as the table has them."""
    weekdays = frequencies.weights["weekday"]
    days = range(1, wish.days + 1)
    weights = [weekdays[str((wish.until - dt.timedelta(back)).isoweekday())] for back in days]
    day = wish.until - dt.timedelta(random.choices(days, weights)[0])
    hour = int(_choice(frequencies.weights["hour"], random))
    return day.replace(
        hour=hour, minute=random.randrange(60), second=random.randrange(60), microsecond=0
    )


def _duration(kind: Kind, pace: float, random: Random) -> dt.timedelta:
    """Between the quarters of the table, times the pace; a late one takes one to two months."""
    if random.random() < kind.late:
        return dt.timedelta(days=random.uniform(31, 60))
    part = random.random() * 4
    quarter = int(part)
    points = (0.2, *kind.quarters, max(kind.quarters[2], 1) * TAIL)
    low, high = points[quarter], points[quarter + 1]
    return dt.timedelta(hours=max(low + (high - low) * (part - quarter), 0.2)) * pace


def _choice(weights: Mapping[str, float], random: Random) -> str:
    names: Sequence[str] = list(weights)
    return random.choices(names, list(weights.values()))[0]
