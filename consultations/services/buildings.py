"""Where unusually many people who may vote are registered, for those who watch over a roll.

It says where to look, never who did wrong, and never who voted. By which sign somebody registered
is kept nowhere, so nothing can be said by sign.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from consultations.models import Roll, RollEntry
from residents.models import Residence, Resident
from zones.models import Address

#: More people than this at one door, in one block or staircase, in one flat; or new in one week.
MOST_IN_HOUSE, MOST_IN_BLOCK, MOST_IN_FLAT, MOST_IN_WEEK = 12, 60, 8, 6
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Building:
    """An address with more people than is usual.

    Attributes:
        people: who are registered there and may vote.
        in_flat: in the fullest flat, as flats were written.
        in_week: who registered in the busiest week.
    """

    address: Address
    people: int
    in_flat: int
    in_week: int

    @property
    def is_block(self) -> bool:
        """Whether the register says that it holds several homes."""
        return bool(self.address.block or self.address.entrance)

    @property
    def signs(self) -> list[str]:
        """What is unusual: `people`, `in_flat`, `in_week`."""
        most = MOST_IN_BLOCK if self.is_block else MOST_IN_HOUSE
        found = {
            "people": self.people > most,
            "in_flat": self.in_flat > MOST_IN_FLAT,
            "in_week": self.in_week > MOST_IN_WEEK,
        }
        return [name for name, is_odd in found.items() if is_odd]


@dataclass(frozen=True, slots=True)
class Week:
    """How many of the roll registered in a week that began on a Monday, by way."""

    monday: date
    origin: str
    people: int


def odd_buildings(roll: Roll) -> list[Building]:
    """Addresses with unusually many, the fullest first; at most `MOST_SHOWN`.

    Five queries; the database groups the lines of the roll three times (n log n), and only
    addresses above a bound come out.
    """
    homes = _homes(roll)
    people = _most(homes.values("address"), MOST_IN_HOUSE)
    in_flat = _most(homes.exclude(unit="").values("address", "unit"), MOST_IN_FLAT)
    weeks = homes.annotate(week=TruncWeek("resident__registered_at", tzinfo=_clock(roll)))
    in_week = _most(weeks.values("address", "week"), MOST_IN_WEEK)
    found = {*people, *in_flat, *in_week}
    sizes = dict(
        homes.filter(address__in=found)
        .order_by()
        .values_list("address")
        .annotate(many=Count("resident"))
    )
    rows = Address.objects.filter(pk__in=found).select_related("street", "municipality")
    buildings = [
        Building(one, sizes[one.pk], in_flat.get(one.pk, 0), in_week.get(one.pk, 0)) for one in rows
    ]
    odd = [one for one in buildings if one.signs]
    return sorted(odd, key=lambda one: (-one.people, one.address.pk))[:MOST_SHOWN]


def weeks_of(roll: Roll) -> list[Week]:
    """How many registered by week and by way, the newest first; one query."""
    people = Resident.objects.filter(pk__in=_entitled(roll))
    rows = people.annotate(week=TruncWeek("registered_at", tzinfo=_clock(roll))).order_by(
        "-week", "origin"
    )
    sums = rows.values_list("week", "origin").annotate(many=Count("pk"))
    return [Week(week.date(), origin, many) for week, origin, many in sums]


def without_address(roll: Roll) -> int:
    """How many live at no address of the register, and so in no building; one query."""
    return (
        RollEntry.objects.filter(~Q(resident__in=_homes(roll).values("resident")), roll=roll)
        .counted()
        .count()
    )


def _clock(roll: Roll) -> ZoneInfo:
    return ZoneInfo(roll.phase.process.municipality.timezone)


def _entitled(roll: Roll) -> QuerySet[RollEntry, Any]:
    return RollEntry.objects.filter(roll=roll).counted().values("resident")


def _homes(roll: Roll) -> QuerySet[Residence]:
    """Homes of those who may vote, on the day on which homes count."""
    on = roll.phase.process.reference_on
    rows = Residence.objects.filter(resident__in=_entitled(roll), address__isnull=False)
    return rows.in_force(on) if on is not None else rows


def _most(groups: Any, bound: int) -> dict[int, int]:
    """The largest group of each address that has one above a bound."""
    rows = groups.order_by().annotate(many=Count("resident")).filter(many__gt=bound)
    largest: dict[int, int] = {}
    for row in rows:
        largest[row["address"]] = max(row["many"], largest.get(row["address"], 0))
    return largest
