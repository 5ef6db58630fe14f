"""Which places may be shown alone, with whom the others are counted, and what is alike."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from satisfaction.statistics.blocks import UNKNOWN, Ground, Integers, monday_of
from sign_registry.models import Site, SiteCategory, SitePeriod, SiteZone
from zones.models import Municipality

#: A place and the line a vehicle served, or None: what votes are counted by.
Row = tuple[int, int | None]
Kind = Site.Kind
# A counter stands in a centre, which may belong to another; more would be a ring.
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    parent: int | None
    is_staff_sensitive: bool

    @property
    def may_stand_alone(self) -> bool:
        """Whether its score names no single person."""
        return self.kind != Kind.COUNTER and not self.is_staff_sensitive


class TownGround:
    """The places of a town with their kinds over time and their zones, read once."""

    def __init__(self, municipality: Municipality) -> None:
        sites = Site.objects.in_municipality(municipality)
        self.places = {
            pk: _Place(kind, parent, sensitive)
            for pk, kind, parent, sensitive in sites.values_list(
                "pk", "kind", "parent", "is_staff_sensitive"
            )
        }
        self._periods: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
        periods = SitePeriod.objects.in_municipality(municipality).order_by("site", "valid_from")
        for site, since, category in periods.values_list("site", "valid_from", "category"):
            self._periods[site].append((since, category))
        categories = SiteCategory.objects.in_municipality(municipality).order_by("pk")
        self.group_of: dict[int, str] = dict(categories.values_list("pk", "compare_group"))
        #: Zone of each place by kind of zone, of kinds that cover the town without overlap.
        self.zones: dict[int, dict[int, int]] = defaultdict(dict)
        lying = SiteZone.objects.in_municipality(municipality).filter(kind__is_partition=True)
        kinds: Counter[tuple[str, int]] = Counter()
        # Where somebody's word gave a place two zones of one kind, the first counts.
        for site, kind, code, zone in lying.order_by("-zone").values_list(
            "site", "kind", "kind__code", "zone"
        ):
            self.zones[site][kind] = zone
            kinds[code, kind] += 1
        #: The kind of zone that most places have: small places are counted with their neighbours.
        self.main_kind = min(kinds, key=lambda one: (-kinds[one], one))[1] if kinds else None

    def unit_of(self, site: int, line: int | None = None) -> int | None:
        """The place that votes are shown under; None where only with other places."""
        if line is None and self.places[site].kind == Kind.VEHICLE:
            return None
        found: int | None = line or site
        for _step in range(_DEEPEST):
            if found is None or self.places[found].may_stand_alone:
                return found
            found = self.places[found].parent
        return None

    def counted_under(self, units: set[int]) -> list[int]:
        """The places whose votes are shown under one of some places."""
        return sorted(site for site in self.places if self.unit_of(site) in units)

    def category_on(self, site: int, day: dt.date) -> int | None:
        """The kind of a place on a day; where none was in force, the one known before or after."""
        found = None
        for since, category in self._periods.get(site, []):
            if found is not None and since > day:
                break
            found = category
        return found

    def zone_of(self, site: int) -> int | None:
        """The neighbourhood of a place."""
        return (
            self.zones[site].get(self.main_kind) if site in self.zones and self.main_kind else None
        )


class Numbered:
    """Rows of a town as numbers, for the rule of release; numbers are keys of the database."""

    def __init__(self, town: TownGround, rows: Sequence[Row]) -> None:
        self._town = town
        units = [town.unit_of(*row) for row in rows]
        self._shown_as = [
            site if unit is None else unit for (site, _), unit in zip(rows, units, strict=True)
        ]
        self._distinct = sorted(set(self._shown_as))
        index = {site: number for number, site in enumerate(self._distinct)}
        self._index = np.array([index[site] for site in self._shown_as], dtype=np.int64)
        self._unit = _numbers(units)
        self._zone = _numbers(town.zone_of(site) for site in self._shown_as)
        groups = sorted(set(filter(None, town.group_of.values())))
        self.groups = [*groups, ""]
        self._place = _numbers(self._shown_as)
        self._last: tuple[int, Ground] | None = None

    def on_week(self, week: int) -> Ground:
        """What the rows belong to on the last day of a week; the last asked for is kept."""
        if self._last is None or self._last[0] != week:
            self._last = week, self._on_week(week)
        return self._last[1]

    def _on_week(self, week: int) -> Ground:
        day = monday_of(week) + dt.timedelta(days=6)
        kinds = [self._town.category_on(site, day) for site in self._distinct]
        groups = [
            self.groups.index(name) if kind and (name := self._town.group_of[kind]) else None
            for kind in kinds
        ]
        return Ground(
            unit=self._unit,
            place=self._place,
            category=_numbers(kinds)[self._index],
            zone=self._zone,
            group=_numbers(groups)[self._index],
        )


def _numbers(values: Iterable[int | None]) -> Integers:
    return np.array([UNKNOWN if one is None else one for one in values], dtype=np.int64)
