"""What each neighbourhood has of signs, ratings and reports, and how many registered there.

People come from the published squares alone (`zones.reach`), as everybody reads them in the dossier
of a zone: the page of the press office says nothing of them that is not told already. Signs,
places and public reports are no persons and are counted as they are; a rate of reports
needs ten of them, as on the page of the reports.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from incidents.present.figures import of_last_year
from incidents.present.heat import number_by_zone
from incidents.statistics import per_unit
from satisfaction.models import SiteFigure
from satisfaction.present.figures import current_snapshot
from sign_registry.models import Sign, SiteZone
from sign_registry.workflow import ANSWERING
from zones.models import Address, AddressPlacement, Municipality, ReachCell, ZoneKind, ZoneShape
from zones.reach import estimates, rounded

MAIN_KIND = "neighbourhood"


@dataclass(frozen=True, slots=True)
class Reached:
    """How many registered in one zone, as everybody may read it.

    Attributes:
        addresses: of the register, placed there now: what shares are of, as nobody's register says
            how many people live in a zone.
        residents: registered, rounded; nothing where the published squares tell too little.
    """

    shape: ZoneShape
    addresses: int
    residents: int | None

    @property
    def zone(self) -> int:
        """The number of the zone."""
        return self.shape.zone_id

    @property
    def share(self) -> float | None:
        """Registered residents for each 100 addresses; nothing where either is not known."""
        if self.residents is None or not self.addresses:
            return None
        return round(100 * self.residents / self.addresses, 1)


@dataclass(frozen=True, slots=True)
class Neighbourhood(Reached):
    """The same with what hangs there and what was said and reported.

    Attributes:
        rated: places whose votes were enough for a figure in the newest twelve months.
        reports: public ones of the last year.
    """

    signs: int
    rated: int
    reports: int

    @property
    def rate(self) -> float | None:
        """Reports for each 1,000 addresses; nothing below ten reports."""
        return per_unit(self.reports, self.addresses, 1000)


@dataclass(frozen=True, slots=True)
class Town:
    """The whole town, from the same squares.

    Attributes:
        residents: nothing before 200 have registered.
        published_on: when people were last counted.
    """

    residents: int | None
    addresses: int
    published_on: dt.date | None

    @property
    def share(self) -> float | None:
        """Registered residents for each 100 addresses."""
        if self.residents is None or not self.addresses:
            return None
        return round(100 * self.residents / self.addresses, 1)


def kind_of(municipality: Municipality, today: dt.date) -> ZoneKind | None:
    """The kind of zone that figures go by: neighbourhoods, else the first that divides the town.

    One only: two divisions beside each other would tell of what lies between their borders.
    """
    drawn = ZoneShape.objects.in_municipality(municipality).in_force(today)
    kinds = ZoneKind.objects.in_municipality(municipality).areas().order_by("-is_partition", "pk")
    found = list(kinds.filter(pk__in=drawn.values("zone__kind")))
    named = [kind for kind in found if kind.code == MAIN_KIND]
    return next(iter([*named, *found]), None)


def shapes_of(
    municipality: Municipality, kind: ZoneKind, today: dt.date, language: str
) -> list[ZoneShape]:
    """Zones of a kind as they are drawn today, by name. One query."""
    rows = ZoneShape.objects.in_municipality(municipality).in_force(today).of_kind(kind.code)
    return list(rows.select_related("zone", "edition__dataset").by_name(language))


def reached(
    municipality: Municipality, shapes: Iterable[ZoneShape], today: dt.date
) -> list[Reached]:
    """Every zone with its residents, in the order of the shapes. A fixed number of queries.

    O(zones x homes near them) in memory.
    """
    drawn = list(shapes)
    addresses = _addresses([shape.zone_id for shape in drawn])
    told = estimates([shape.geometry for shape in drawn], municipality, today)
    return [
        Reached(shape, addresses.get(shape.zone_id, 0), one.residents)
        for shape, one in zip(drawn, told, strict=True)
    ]


def neighbourhoods(
    municipality: Municipality, shapes: Iterable[ZoneShape], now: dt.datetime, today: dt.date
) -> list[Neighbourhood]:
    """The same with signs, rated places and reports; a fixed number of queries."""
    found = reached(municipality, shapes, today)
    zones = [one.zone for one in found]
    signs = _signs(municipality, zones)
    rated = _rated(municipality, zones, today)
    reports = _reports(municipality, now)
    return [
        Neighbourhood(
            one.shape,
            one.addresses,
            one.residents,
            signs=signs.get(one.zone, 0),
            rated=rated.get(one.zone, 0),
            reports=reports.get(one.zone, 0),
        )
        for one in found
    ]


def town_of(municipality: Municipality) -> Town:
    """How many registered in the whole town, as the published squares say. Two queries."""
    cells = ReachCell.objects.in_municipality(municipality).of(ReachCell.Measure.RESIDENTS)
    told = cells.aggregate(number=Sum("count"), on=Max("published_on"))
    return Town(
        residents=rounded(told["number"]) if told["number"] else None,
        addresses=Address.objects.in_municipality(municipality).count(),
        published_on=told["on"],
    )


def _addresses(zones: list[int]) -> dict[int, int]:
    placed = AddressPlacement.objects.current().filter(zone__in=zones)
    return dict(placed.order_by().values_list("zone").annotate(number=Count("pk")))


def _signs(municipality: Municipality, zones: list[int]) -> dict[int, int]:
    """Signs that hang, by the zone of their place; a place in two zones counts in both."""
    if "ratings" not in municipality.modules:
        return {}
    hung = Sign.objects.in_municipality(municipality).in_state(*ANSWERING)
    held = hung.filter(site__site_zones__zone__in=zones).order_by()
    return dict(held.values_list("site__site_zones__zone").annotate(number=Count("pk")))


def _rated(municipality: Municipality, zones: list[int], today: dt.date) -> Mapping[int, int]:
    """Places with a figure of the newest twelve months, by zone."""
    if "ratings" not in municipality.modules:
        return {}
    newest = current_snapshot(municipality, today, is_staff=True)
    if newest is None:
        return {}
    told = SiteFigure.objects.of_snapshot(newest).values("site")
    held = SiteZone.objects.in_municipality(municipality).filter(zone__in=zones, site__in=told)
    return Counter(held.values_list("zone", flat=True))


def _reports(municipality: Municipality, now: dt.datetime) -> dict[int, int]:
    if "reports" not in municipality.modules:
        return {}
    return number_by_zone(of_last_year(municipality, now))
