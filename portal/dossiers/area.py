"""The area that a dossier is about, and the period it tells of; no words of pages."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry

from geo.crs import project
from zones.models import Dataset, Municipality

PERIODS = (3, 12, 24)
"""Months that can be chosen; reports are told of these, ratings of their own period."""
USUAL_MONTHS = 12


@dataclass(frozen=True)
class Subject:
    """One area: EPSG:4326, its name, where its border comes from, and the zone it is, if one."""

    municipality: Municipality
    name: str
    kind: str
    geometry: GEOSGeometry
    path: str
    now: dt.datetime
    today: dt.date
    language: str
    months: int = USUAL_MONTHS
    zone: int | None = None
    addresses: int | None = None
    dataset: Dataset | None = None
    # Planners read by which ways residents are reached; everybody else only how many there are.
    is_for_planners: bool = False

    @property
    def since(self) -> dt.date:
        """First day of the period: as many months of thirty days and a bit ago."""
        return self.today - dt.timedelta(days=round(self.months * 365 / 12))

    @property
    def since_moment(self) -> dt.datetime:
        """The same as a moment, by the day alone: neighbours in time zones differ by hours."""
        return self.now - dt.timedelta(days=(self.today - self.since).days)

    @property
    def area_m2(self) -> float:
        """Square metres in the town's own grid."""
        shape = np.array([shapely.from_wkb(bytes(self.geometry.wkb))], dtype=object)
        return float(shapely.area(project(shape, self.municipality.metric_srid))[0])


def chosen_months(asked: Any) -> int:
    """The period of an address of a page; an unknown one is the usual one."""
    return int(asked) if asked in {str(one) for one in PERIODS} else USUAL_MONTHS
