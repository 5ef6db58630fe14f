"""The registered address or street axis nearest to a point, in metres; knows no names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from geo.crs import project, unproject
from geo.matching import AddressRecord, Quality, StreetRecord

ADDRESS_WITHIN_M = 60.0
AXIS_WITHIN_M = 150.0


@dataclass(frozen=True, slots=True)
class Nearest:
    """What was found, `distance_m` away; the point on the axis (EPSG:4326) when it is a street."""

    distance_m: float
    address: AddressRecord | None = None
    street_id: int | None = None
    longitude: float = float("nan")
    latitude: float = float("nan")


class NearestIndex:
    """R-trees over address points and street axes in the town's metric CRS."""

    def __init__(
        self,
        addresses: Sequence[AddressRecord],
        streets: Iterable[StreetRecord],
        metric_srid: int,
    ) -> None:
        self._srid = metric_srid
        # A centroid stands for a wider place: nobody's nearest door.
        self._addresses = [each for each in addresses if each.quality != Quality.CENTROID]
        pairs = [(each.longitude, each.latitude) for each in self._addresses]
        points = np.asarray(shapely.points(np.array(pairs, dtype=float).reshape(-1, 2)))
        self._address_tree = STRtree(project(points, metric_srid))
        with_axis = [each for each in streets if each.axis is not None and not each.axis.is_empty]
        self._street_ids = [each.id for each in with_axis]
        axes = np.array([each.axis for each in with_axis], dtype=object)
        self._axis_tree = STRtree(project(axes, metric_srid))

    def find(self, longitude: float, latitude: float) -> Nearest | None:
        """The nearest address within 60 m, else the nearest axis within 150 m, else None."""
        asked = np.array([shapely.Point(longitude, latitude)], dtype=object)
        [point] = project(asked, self._srid)
        hit = _nearest(self._address_tree, point, ADDRESS_WITHIN_M)
        if hit is not None:
            return Nearest(hit[1], address=self._addresses[hit[0]])
        hit = _nearest(self._axis_tree, point, AXIS_WITHIN_M)
        if hit is None:
            return None
        axis = self._axis_tree.geometries[hit[0]]
        foot = axis.interpolate(axis.project(point))
        [stored] = unproject(np.array([foot], dtype=object), self._srid)
        return Nearest(hit[1], None, self._street_ids[hit[0]], float(stored.x), float(stored.y))


def _nearest(tree: STRtree, point: shapely.Point, within_m: float) -> tuple[int, float] | None:
    """(position, metres) of the nearest geometry; of equals the first in the register."""
    if len(tree.geometries) == 0:
        return None
    found, metres = tree.query_nearest(point, max_distance=within_m, return_distance=True)
    if len(found) == 0:
        return None
    return int(min(found)), float(metres[0])
