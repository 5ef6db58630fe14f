"""What voters have left, as floating point numbers with bounds and, where these touch, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from consultations.elections import Election

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: What a voter has left errs by less than this part of the largest share: each of at most some
#: thousand payments is rounded to 2^-53.
ERROR = 1e-12


@dataclass(frozen=True, slots=True)
class Column:
    """Who gives a project points.

    Attributes:
        rows: groups of equal ballots, rising; (supporters,)
        points: of each of them, above zero; (supporters,)
        people: how many voters each of them is; (supporters,)
        weight: all points together.
    """

    rows: NDArray[np.intp]
    points: Whole
    people: Whole
    weight: int


@dataclass(frozen=True, slots=True)
class _Level:
    """A price of a point, about, and who is near it.

    Attributes:
        gap: what each supporter would have left, negative where it is too little; (supporters,)
        is_near: for whom the numbers cannot say which; (supporters,)
    """

    price: float
    error: float
    gap: Floats
    is_near: Mask


class Price:
    """What each point pays, as a fraction that is only reckoned where it is needed."""

    def __init__(self, parts: "_Parts | None" = None, value: Fraction | None = None) -> None:
        self._parts, self._value = parts, value

    @property
    def value(self) -> Fraction:
        """In money of the election."""
        if self._value is None:
            assert self._parts is not None  # noqa: S101 - one of both is given
            self._value = self._parts.price()
        return self._value


@dataclass(frozen=True, slots=True)
class _Parts:
    """A price as counts: (cost - what the poorer ones have left) / points of the others."""

    cost: int
    poor: "_Sum"
    weight: int

    def price(self) -> Fraction:
        """The fraction."""
        return (self.cost - self.poor.value()) / self.weight


@dataclass(frozen=True, slots=True)
class _Sum:
    """What a set of voters has left: how many hold each share, and which points they paid."""

    shares: Sequence[tuple[Fraction, int]]
    payments: Sequence[tuple[Price, int]]

    def value(self) -> Fraction:
        """Exactly."""
        held = sum((share * number for share, number in self.shares), Fraction(0))
        return held - sum((price.value * points for price, points in self.payments), Fraction(0))


def columns_of(election: Election) -> list[Column]:
    """The ballots by project. Grows with the crosses of all ballots."""
    given: list[dict[int, int]] = [{} for _project in election.projects]
    for row, ballot in enumerate(election.ballots):
        for place, worth in ballot.points.items():
            if worth > 0:
                given[place][row] = worth
    people = np.array([ballot.number for ballot in election.ballots], dtype=np.int64)
    return [_column(own, people) for own in given]


def _column(given: dict[int, int], people: Whole) -> Column:
    rows = np.fromiter(given, dtype=np.intp, count=len(given))
    points = np.fromiter(given.values(), dtype=np.int64, count=len(given))
    return Column(rows, points, people[rows], int((points * people[rows]).sum()))


class Purse:
    """The money of all voters during one count."""

    def __init__(
        self, election: Election, endowment: Sequence[Fraction], zones: Sequence[str]
    ) -> None:
        """Hand out the shares.

        Raises:
            ValueError: a ballot is of none of the zones.
        """
        index = {zone: place for place, zone in enumerate(zones)}
        strange = next(
            (one.zone for one in election.ballots if zones and one.zone not in index), None
        )
        if strange is not None:
            raise ValueError(f"Nobody holds money of the zone “{strange}”.")
        self.zone = np.array([index.get(one.zone, 0) for one in election.ballots], dtype=np.intp)
        self.endowment = list(endowment)
        self.people = np.array([one.number for one in election.ballots], dtype=np.int64)
        self.left: Floats = np.array([float(share) for share in endowment])[self.zone]
        self.error = ERROR * max((float(share) for share in endowment), default=0.0)
        self.has_money: Mask = self.left > 0
        self.bought: list[tuple[Column, Price]] = []

    def price_between(self, column: Column, cost: int) -> tuple[float, float] | None:
        """Bounds of the price of a point, or nothing where it certainly cannot be paid."""
        left = self.left[column.rows]
        most = float((left * column.people).sum())
        doubt = self.error * float(column.people.sum()) + most * 1e-14
        if most < cost - doubt:
            return None
        level = self._level(column, cost)
        if most <= cost + doubt:
            exact = self._settled(column, cost, level)
            return None if exact is None else _around(float(exact.value))
        return level.price - level.error, level.price + level.error

    def price(self, column: Column, cost: int) -> Price:
        """The price of a point, exactly, of a project that can be paid."""
        level = self._level(column, cost)
        if level.is_near.any():
            exact = self._settled(column, cost, level)
            assert exact is not None  # noqa: S101 - whoever asks knows that it can be paid
            return exact
        rich = int((column.points * column.people)[level.gap >= 0].sum())
        return Price(_Parts(cost, self._sum(column.rows[level.gap < 0]), rich))

    def pay(self, column: Column, cost: int) -> Price:
        """Take the money for a project; its price."""
        price = Price(value=Fraction(0))
        if cost:
            price, level = self.price(column, cost), self._level(column, cost)
            after = np.maximum(level.gap, 0.0)
            for spot in np.flatnonzero(level.is_near):
                rest = self._left_exactly(int(column.rows[spot]))
                after[spot] = max(float(rest - price.value * int(column.points[spot])), 0.0)
            self.left[column.rows] = after
            self.has_money[column.rows] = after > 0
        self.bought.append((column, price))
        return price

    def _level(self, column: Column, cost: int) -> "_Level":
        left = self.left[column.rows]
        price, weight = _water_level(left, column, cost)
        error = self.error * float(column.people.sum()) / weight + price * 1e-12
        gap = left - price * column.points
        is_near = np.abs(gap) <= self.error + error * column.points
        return _Level(price, error, gap, is_near & self.has_money[column.rows])

    def _settled(self, column: Column, cost: int, level: "_Level") -> Price | None:
        """The price where some voters have just about what they would pay, if it can be paid."""
        poor = (level.gap < 0) & ~level.is_near
        missing = cost - self._sum(column.rows[poor]).value()
        weight = int((column.points * column.people)[~poor].sum())
        near = [
            (self._left_exactly(int(column.rows[spot])), int(column.points[spot]), spot)
            for spot in np.flatnonzero(level.is_near)
        ]
        last = Fraction(0)
        for left, points, spot in sorted(near, key=lambda one: (one[0] / one[1], one[2])):
            last = left / points
            if last * weight >= missing:
                return Price(value=missing / weight)
            missing -= left * int(column.people[spot])
            weight -= points * int(column.people[spot])
        if weight:
            return Price(value=missing / weight)
        return Price(value=last) if missing <= 0 else None

    def _left_exactly(self, row: int) -> Fraction:
        if not self.has_money[row]:
            return Fraction(0)
        return self._sum(np.array([row], dtype=np.intp), each=True).value()

    def _sum(self, rows: NDArray[np.intp], *, each: bool = False) -> _Sum:
        """What voters have left together; with `each` of one voter of each group."""
        own = rows[self.has_money[rows]]
        weights = np.zeros(len(self.left), dtype=np.int64)
        weights[own] = 1 if each else self.people[own]
        shares = [
            (share, int(weights[self.zone == zone].sum()))
            for zone, share in enumerate(self.endowment)
        ]
        payments = []
        for column, price in self.bought:
            points = int((weights[column.rows] * column.points).sum())
            if points:
                payments.append((price, points))
        return _Sum(shares, payments)


def _around(value: float) -> tuple[float, float]:
    return value * (1 - 1e-12), value * (1 + 1e-12)


def _water_level(left: Floats, column: Column, cost: int) -> tuple[float, int]:
    """The price of a point, and the points of those who can pay it in full.

    Whoever cannot pay gives all; the others share the rest; repeated until nobody else falls short.
    """
    missing, weight = float(cost), float(column.weight)
    level = missing / weight
    known = 0
    while True:
        is_poor = left < level * column.points
        poor = int(np.count_nonzero(is_poor))
        if poor == known:
            return level, max(int(weight), 1)
        known = poor
        missing = cost - float((left * column.people)[is_poor].sum())
        weight = column.weight - float((column.points * column.people)[is_poor].sum())
        if weight <= 0 or missing <= 0:
            return float((left / column.points).max()), 1
        level = missing / weight
