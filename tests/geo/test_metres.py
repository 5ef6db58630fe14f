"""Metres agree with an independent geodesic, in shapely and in the database."""

from math import pi

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point as GEOSPoint
from django.db import connection
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from geo.metres import (
    AreaMetres,
    DistanceMetres,
    WithinMetres,
    area_m2,
    buffer_m,
    distance_m,
    length_m,
    within_metres,
)
from tests.factories.zones import PlaceFactory
from zones.models import Place

HERE = shapely.Point(26.37, 46.93)


@given(st.floats(26.2, 26.5), st.floats(46.8, 47.0))
def test_distance_agrees_with_the_geodesic(longitude: float, latitude: float) -> None:
    there = shapely.Point(longitude, latitude)
    expected = geodesic((HERE.y, HERE.x), (latitude, longitude)).m
    # EPSG:3844 is a plane: its scale is at most 0.00025 off in this region.
    measured = distance_m(HERE, there, metric_srid=3844)
    assert measured == pytest.approx(expected, rel=3e-4, abs=0.001)


@pytest.mark.parametrize("metric_srid", [3844, 32635])
def test_a_buffer_has_the_area_of_its_circle(metric_srid: int) -> None:
    grown = buffer_m(HERE, 100, metric_srid=metric_srid)
    assert area_m2(grown, metric_srid=metric_srid) == pytest.approx(pi * 100**2, rel=0.002)
    assert shapely.covers(grown, HERE)


def test_arrays_are_measured_as_their_members() -> None:
    line = shapely.LineString([(26.37, 46.93), (26.38, 46.93)])
    shapes = np.array([line, HERE], dtype=object)
    assert length_m(shapes, metric_srid=3844).tolist() == [length_m(line, metric_srid=3844), 0.0]
    assert area_m2(shapes, metric_srid=3844).tolist() == [0.0, 0.0]
    between = distance_m(shapes, np.array([HERE, line], dtype=object), metric_srid=3844)
    assert between.tolist() == pytest.approx([0, 0], abs=1e-6)


MIDDLE = GEOSPoint(26.37, 46.93, srid=4326)
EASTWARD_DEGREE_M = geodesic((46.93, 26.37), (46.93, 26.371)).m * 1000


def place_east(distance_m: float) -> Place:
    """A place due east of the middle, that many metres away (to a millimetre)."""
    return PlaceFactory.create(
        location=GEOSPoint(26.37 + distance_m / EASTWARD_DEGREE_M, 46.93, srid=4326)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("distance", "found"), [(0, True), (99.9, True), (100.1, False)])
def test_within_metres_keeps_what_is_near(distance: float, found: bool) -> None:
    place_east(distance)
    assert Place.objects.filter(within_metres("location", MIDDLE, 100)).exists() is found


@pytest.mark.django_db
def test_the_box_in_front_loses_no_row_that_is_near() -> None:
    # Just inside the circle in every direction: a box that is too small would cut one off.
    for bearing in range(0, 360, 15):
        end = geodesic(meters=4_999).destination((46.93, 26.37), bearing)
        PlaceFactory.create(location=GEOSPoint(end.longitude, end.latitude, srid=4326))
    exact = Place.objects.filter(WithinMetres("location", MIDDLE, 5_000))
    assert Place.objects.filter(within_metres("location", MIDDLE, 5_000)).count() == 24
    assert exact.count() == 24


@pytest.mark.django_db
def test_the_database_measures_as_the_geodesic_does() -> None:
    place_east(250)
    away_m, area = Place.objects.values_list(
        DistanceMetres("location", MIDDLE), AreaMetres("location")
    ).get()
    assert away_m == pytest.approx(250, abs=0.01)
    assert area == 0


@pytest.mark.django_db
def test_within_metres_can_use_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Place.objects.filter(within_metres("location", MIDDLE, 100)).explain()
    assert "zones_place_location" in plan
