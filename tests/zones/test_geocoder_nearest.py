"""The nearest address by tree against measuring every distance."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import project
from geo.matching import AddressRecord, StreetRecord
from zones.geocoder.nearest import ADDRESS_WITHIN_M, AXIS_WITHIN_M, NearestIndex

SRID = 3844
PLACES = st.tuples(st.floats(26.30, 26.305), st.floats(46.90, 46.903))


@given(st.lists(PLACES, max_size=15), PLACES)
@settings(max_examples=60)
def test_the_tree_agrees_with_measuring_every_address(
    places: list[tuple[float, float]], asked: tuple[float, float]
) -> None:
    addresses = [AddressRecord(at, *place) for at, place in enumerate(places)]
    points = np.array([shapely.Point(place) for place in [asked, *places]], dtype=object)
    origin, *others = project(points, SRID)
    slowly = min((origin.distance(other) for other in others), default=float("inf"))

    found = NearestIndex(addresses, [], SRID).find(*asked)

    if slowly > ADDRESS_WITHIN_M:
        assert found is None
    else:
        assert found is not None
        assert found.distance_m == pytest.approx(slowly)


@given(PLACES)
@settings(max_examples=40)
def test_without_an_address_the_nearest_axis_answers(asked: tuple[float, float]) -> None:
    axes = [shapely.LineString([(26.30, n), (26.305, n)]) for n in (46.9, 46.9015, 46.903)]
    streets = [StreetRecord(at, ["x"], axis=axis) for at, axis in enumerate(axes)]
    origin, *others = project(np.array([shapely.Point(asked), *axes], dtype=object), SRID)
    distances = [origin.distance(other) for other in others]

    found = NearestIndex([], streets, SRID).find(*asked)

    if min(distances) > AXIS_WITHIN_M:
        assert found is None
    else:
        assert found is not None
        assert found.distance_m == pytest.approx(min(distances), abs=1e-6)
        assert distances[found.street_id or 0] == pytest.approx(min(distances), abs=1e-6)
