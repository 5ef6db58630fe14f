"""The parser takes plain GeoJSON and names the fault of everything else."""

import json
import math
from contextlib import suppress
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping

from geo.intake import (
    ANY_SHAPE,
    AREAS,
    GeometryRefused,
    Limits,
    parse_features,
    parse_geojson,
    parse_point,
)

TOWN = shapely.box(26.2, 46.8, 26.5, 47.0)
SQUARE = [[26.3, 46.9], [26.4, 46.9], [26.4, 46.95], [26.3, 46.95], [26.3, 46.9]]


def polygon(*rings: list[Any]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": rings})


def refusal(raw: str | bytes, **options: Any) -> GeometryRefused:
    with pytest.raises(GeometryRefused) as caught:
        parse_geojson(raw, accept=AREAS, **options)
    return caught.value


def test_a_polygon_comes_back_as_drawn() -> None:
    assert parse_geojson(polygon(SQUARE), accept=AREAS, within=TOWN).equals_exact(
        shapely.Polygon(SQUARE)
    )


def test_a_feature_stands_for_its_geometry() -> None:
    raw = json.dumps(
        {"type": "Feature", "properties": None, "geometry": json.loads(polygon(SQUARE))}
    )
    assert parse_geojson(raw, accept=AREAS).area > 0


def test_heights_are_dropped_and_repeated_points_kept() -> None:
    high = [[*position, 300.0] for position in SQUARE]
    read = parse_geojson(polygon([high[0], *high]), accept=AREAS)
    assert not read.has_z
    assert shapely.get_num_coordinates(read) == 6


def test_bytes_with_a_byte_order_mark_are_taken() -> None:
    assert parse_geojson(polygon(SQUARE).encode("utf-8-sig"), accept=AREAS).is_valid


def test_the_place_of_a_crossing_is_named() -> None:
    bow_tie = [[26.3, 46.9], [26.4, 46.95], [26.4, 46.9], [26.3, 46.95], [26.3, 46.9]]
    found = refusal(polygon(bow_tie))
    assert found.code == "self_intersection"
    assert found.place == pytest.approx((26.35, 46.925))
    assert "26.350000, 46.925000" in found.messages[0]


def test_a_spike_is_a_fault_and_not_quietly_cut_off() -> None:
    spike = [*SQUARE[:2], [26.45, 46.9], *SQUARE[1:]]
    assert refusal(polygon(spike)).code == "self_intersection"


def test_swapped_axes_are_recognised() -> None:
    swapped = [[latitude, longitude] for longitude, latitude in SQUARE]
    assert refusal(polygon(swapped), within=TOWN).code == "axes_swapped"


def test_only_an_edge_outside_is_outside_too() -> None:
    bay = shapely.difference(TOWN, shapely.box(26.34, 46.8, 26.36, 46.97))
    found = refusal(polygon(SQUARE), within=bay)
    assert found.code == "outside"
    assert found.place is not None
    assert 26.34 < found.place[0] < 26.36


def test_the_border_of_the_town_counts_as_inside() -> None:
    assert parse_geojson(json.dumps(mapping(TOWN)), accept=AREAS, within=TOWN).equals(TOWN)


def test_the_document_at_the_bound_is_taken() -> None:
    raw = polygon(SQUARE)
    limits = Limits(size_bytes=len(raw), vertices=5, rings=1, features=1, depth=4)
    assert parse_geojson(raw, accept=AREAS, limits=limits).is_valid
    assert refusal(raw + " ", limits=limits).code == "too_large"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(vertices=4), "too_many_vertices"),
        (Limits(rings=0), "too_many_rings"),
        (Limits(depth=3), "too_deep"),
    ],
)
def test_each_bound_refuses(limits: Limits, code: str) -> None:
    assert refusal(polygon(SQUARE), limits=limits).code == code


def test_brackets_inside_texts_are_not_depth() -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": "[" * 50 + '\\"{{{'},
        "geometry": json.loads(polygon(SQUARE)),
    }
    assert parse_geojson(json.dumps(feature), accept=AREAS).is_valid


def test_features_keep_their_properties_and_one_bad_one_refuses_all() -> None:
    good = {
        "type": "Feature",
        "id": "7",
        "properties": {"name": "Mărăței", "floor": 12345678901234567},
        "geometry": json.loads(polygon(SQUARE)),
    }
    collection = {"type": "FeatureCollection", "features": [good]}
    (feature,) = parse_features(json.dumps(collection), accept=AREAS)
    assert (feature.identifier, feature.properties) == ("7", good["properties"])
    collection["features"] = [good, {**good, "geometry": None}]
    with pytest.raises(GeometryRefused, match=r"features\[1\]"):
        parse_features(json.dumps(collection), accept=AREAS)


@pytest.mark.parametrize(
    ("longitude", "latitude"), [("26.37", "46.93"), (26.37, 46.93), (" 26.37", "4.693e1")]
)
def test_a_point_is_read_from_numbers_or_texts(longitude: object, latitude: object) -> None:
    assert parse_point(longitude, latitude, within=TOWN).equals(shapely.Point(26.37, 46.93))


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        ("nan", "46", "number"),
        ("1_0", "46", "number"),
        ("٢٦", "46", "number"),
        ("26,37", "46.93", "number"),
        (True, 46.93, "number"),
        (None, 46.93, "number"),
        (10**40, 46.93, "number"),
        (math.nan, 46.93, "number"),
        ("26.37", "97", "outside_world"),
        ("46.93", "26.37", "axes_swapped"),
        ("23.3", "42.7", "outside"),
    ],
)
def test_a_bad_point_is_refused(longitude: object, latitude: object, code: str) -> None:
    with pytest.raises(GeometryRefused) as caught:
        parse_point(longitude, latitude, within=TOWN)
    assert caught.value.code == code


numbers = st.one_of(st.floats(), st.integers(), st.floats(-200, 200))
junk = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=25,
)
positions = st.lists(st.one_of(st.tuples(numbers, numbers), junk), max_size=8)
almost_geometries = st.fixed_dictionaries(
    {
        "type": st.one_of(st.sampled_from([*sorted(ANY_SHAPE), "Feature"]), junk),
        "coordinates": st.one_of(junk, positions, st.lists(positions, max_size=3)),
        "geometry": junk,
        "geometries": junk,
    }
)


@given(st.one_of(st.binary(), st.text(), junk.map(json.dumps), almost_geometries.map(json.dumps)))
def test_whatever_comes_the_answer_is_a_sound_shape_or_a_refusal(raw: bytes | str) -> None:
    with suppress(GeometryRefused):
        read = parse_geojson(raw, accept=ANY_SHAPE)
        assert read.is_valid
        assert not read.is_empty
    with suppress(GeometryRefused):
        assert all(feature.geometry.is_valid for feature in parse_features(raw, accept=ANY_SHAPE))


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=12))
def test_a_ring_is_taken_exactly_when_shapely_calls_it_valid(corners: list[Any]) -> None:
    ring = [list(corner) for corner in [*corners, corners[0]]]
    try:
        parse_geojson(polygon(ring), accept=AREAS)
        taken = True
    except GeometryRefused as refused:
        taken = refused.code == "antimeridian"
    assert taken == shapely.is_valid(shapely.Polygon(ring))


@given(st.floats(20.2, 29.8), st.floats(41.2, 48.3))
def test_no_swapped_point_of_romania_or_bulgaria_is_ever_taken(
    longitude: float, latitude: float
) -> None:
    both_countries = shapely.box(20.2, 41.2, 29.8, 48.3)
    with pytest.raises(GeometryRefused) as caught:
        parse_point(latitude, longitude, within=both_countries)
    assert caught.value.code == "axes_swapped"
