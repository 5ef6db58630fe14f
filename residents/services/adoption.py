"""How many registered, by month, way and first home; counts for those who protect them, not pages.

What is counted here is exact. It may be shown only as `portal.adoption.months` lets it.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth

from residents.models import Residence, Resident, ResidentZone
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Joined:
    """So many finished their registration in one month, by one way, at homes of one zone.

    Attributes:
        month: its first day in the civil time of the town.
        zone: of the home they registered with, as it was placed last; none where it lies in none.
    """

    month: dt.date
    origin: str
    zone: int | None
    number: int


def joined_by_month(
    *, municipality: Municipality, kind: str, since: dt.datetime, until: dt.datetime
) -> list[Joined]:
    """Registrations finished during [since, until). One query, linear in those residents.

    The first home counts and not the present one: who moves changes no month that is over.

    Args:
        kind: code of the zones that are counted by.
    """
    first_home = ResidentZone.objects.filter(residence__resident=OuterRef("pk"), kind__code=kind)
    # The zones of a home that was left are closed, and the newest of them still says where it was.
    in_order = first_home.order_by("residence__valid_from", "residence__pk", "-valid_from")
    zone = in_order.values("zone")[:1]
    month = TruncMonth("finished_at", tzinfo=ZoneInfo(municipality.timezone))
    rows = (
        Resident.objects.in_municipality(municipality)
        .finished()
        .filter(finished_at__gte=since, finished_at__lt=until)
        .annotate(month=month, zone=Subquery(zone))
        .order_by()
        .values_list("month", "origin", "zone")
        .annotate(number=Count("pk"))
    )
    return [Joined(at.date(), origin, zone, number) for at, origin, zone, number in rows]


def counted_and_confirmed(*, municipality: Municipality, on: dt.date) -> tuple[int, int]:
    """Residents who count on a civil day, and how many of them have proved their address.

    One query.
    """
    homes = Residence.objects.in_municipality(municipality).counted(on)
    proved = Q(assurance__gt=Residence.Assurance.DECLARED)
    found = homes.aggregate(everybody=Count("pk"), proved=Count("pk", filter=proved))
    return found["everybody"], found["proved"]
