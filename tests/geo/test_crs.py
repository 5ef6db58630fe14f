"""Outside shapes come into EPSG:4326 from known systems only, and a wrong system is noticed."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Geometries, known_crs, project, swap_axes, to_storage, unproject
from geo.errors import GeometryRefused


def array(*shapes: shapely.Geometry | None) -> Geometries:
    return np.array(shapes, dtype=object)


@pytest.mark.parametrize(
    ("given_name", "epsg"),
    [
        ("EPSG:3844", 3844),
        ("epsg:7801", 7801),
        ("OGC:CRS84", 4326),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("urn:ogc:def:crs:EPSG::3844", 3844),
        (known_crs("EPSG:7801").to_wkt("WKT1_ESRI"), 7801),
        (known_crs("EPSG:32635").to_wkt(), 32635),
    ],
)
def test_known_systems_are_recognised(given_name: str, epsg: int) -> None:
    assert known_crs(given_name).to_epsg() == epsg


@pytest.mark.parametrize(
    ("given_name", "code"),
    [
        (None, "crs_missing"),
        ("", "crs_missing"),
        ("EPSG:999999", "crs_unknown"),
        ("EPSG:4978", "crs_unknown"),
        ("+proj=longlat +nadgrids=/etc/passwd", "crs_unknown"),
        ("+init=epsg:4326", "crs_unknown"),
        ("http://127.0.0.1/crs.wkt", "crs_unknown"),
        ('LOCAL_CS["site grid",UNIT["metre",1]]', "crs_unknown"),
        (4326.5, "crs_unknown"),
    ],
)
def test_anything_else_is_refused(given_name: object, code: str) -> None:
    with pytest.raises(GeometryRefused) as caught:
        known_crs(given_name)
    assert caught.value.code == code


def test_a_known_point_of_stereo_70_comes_out_right() -> None:
    # Source of the pair: PostGIS 3.3 with PROJ 9.1.1, ST_Transform of 26.3708 46.9275.
    stored = to_storage(array(shapely.Point(604_496.8769, 604_014.136)), known_crs("EPSG:3844"))
    assert shapely.get_coordinates(stored)[0] == pytest.approx((26.3708, 46.9275), abs=1e-8)


@pytest.mark.parametrize(
    ("point", "code"),
    [((4_690_000, 505_000), "axes_swapped"), ((25.6, 42.4), "crs_mismatch")],
)
def test_numbers_that_do_not_fit_the_system_are_noticed(
    point: tuple[float, float], code: str
) -> None:
    with pytest.raises(GeometryRefused) as caught:
        to_storage(array(shapely.Point(point)), known_crs("EPSG:7801"))
    assert caught.value.code == code


def test_missing_shapes_stay_missing() -> None:
    stored = to_storage(array(None, shapely.Point(500_000, 500_000)), known_crs("EPSG:3844"))
    assert stored[0] is None
    assert stored[1].x == pytest.approx(25, abs=0.01)


@given(st.floats(20.3, 29.7), st.floats(43.7, 48.2))
def test_there_and_back_is_less_than_a_centimetre_off(longitude: float, latitude: float) -> None:
    here = array(shapely.Point(longitude, latitude))
    metric = project(here, 3844)
    again = project(unproject(metric, 3844), 3844)
    assert shapely.distance(metric, again)[0] < 0.01
    assert swap_axes(swap_axes(here))[0].equals(here[0])


def test_the_romanian_grid_is_known_by_its_old_name_and_number_too() -> None:
    old_name = (
        'PROJCS["Dealul_Piscului_1970_Stereo_70",GEOGCS["GCS_Dealul_Piscului_1970",'
        'DATUM["D_Dealul_Piscului_1970",SPHEROID["Krasovsky_1940",6378245.0,298.3]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Double_Stereographic"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",500000.0],PARAMETER["Central_Meridian",25.0],'
        'PARAMETER["Scale_Factor",0.99975],PARAMETER["Latitude_Of_Origin",46.0],'
        'UNIT["Meter",1.0]]'
    )
    assert {known_crs(given).to_epsg() for given in (old_name, "EPSG:31700")} == {3844}
