"""Acts on a coverage by example: borders that meet, T-junctions, refusals with their place."""

from collections.abc import Callable

import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo.coverage import Coverage, CoverageRefused, is_sound
from geo.zone_cutting import (
    add_point,
    draw,
    fill,
    merge,
    move_border,
    move_point,
    neighbours_of,
    split,
)

TOWN = MultiPolygon([box(0, 0, 4, 4)])


def three() -> Coverage:
    """West is one tall zone; east of it one zone lies over another: a T-junction at (2, 2)."""
    areas = {"w": box(0, 0, 2, 4), "n": box(2, 2, 4, 4), "s": box(2, 0, 4, 2)}
    return Coverage.of({code: MultiPolygon([area]) for code, area in areas.items()}, TOWN)


def covers_town(coverage: Coverage) -> bool:
    whole = shapely.coverage_union_all(coverage.polygons())
    return is_sound(coverage) and bool(shapely.equals(whole, TOWN))


def test_a_t_junction_moves_with_all_three() -> None:
    moved = move_point(three(), at=(2, 2), to=(2.5, 2.25), reach=0.01)
    assert covers_town(moved)
    for code in "wns":
        assert [2.5, 2.25] in shapely.get_coordinates(moved.areas[code]).tolist()


def test_a_place_on_a_border_becomes_a_corner_of_both() -> None:
    with_point, place = add_point(three(), at=(2.01, 1), reach=0.05)
    assert place == (2.0, 1.0)
    moved = move_point(with_point, at=place, to=(1.5, 1), reach=0.01)
    assert covers_town(moved)
    assert moved.areas["s"].area == pytest.approx(4.5)
    assert moved.areas["n"].area == pytest.approx(4)


def test_a_bent_border_takes_the_third_zone_along() -> None:
    line = LineString([(2, 3), (2.9, 2.5), (2.9, 0)])
    assert neighbours_of(three(), LineString([(2, 3), (3, 2.5), (2, 2.1)])) == ("n", "w")
    once = move_border(three(), line=LineString([(2, 3), (3, 2)]), between=("w", "n"))
    assert once.areas["n"].area == pytest.approx(3.5)
    twice = move_border(once, line=line, between=("w", "s"))
    assert covers_town(twice)
    # The corner of w beyond the line goes to s, as the ground of s before it goes to w.
    assert twice.areas["s"].area == pytest.approx(2.205)
    assert twice.areas["s"].intersection(twice.areas["w"]).length == pytest.approx(2.1)


def test_a_corner_of_a_cut_stands_in_the_neighbour_too() -> None:
    cut = split(three(), code="n", line=LineString([(3, 1), (3, 5)]), codes=["e"])
    assert covers_town(cut)
    assert [3, 2] in shapely.get_coordinates(cut.areas["s"]).tolist()


def test_what_is_given_away_and_merged_comes_back() -> None:
    drawn = draw(three(), code="x", shape=box(1, 1, 3, 3))
    assert drawn.areas["x"].area == pytest.approx(4)
    assert covers_town(merge(drawn, codes=["x", "w", "n", "s"], into="x"))


def test_an_enclosed_rest_is_filled_by_its_place() -> None:
    coverage = Coverage.of(
        {"a": MultiPolygon([Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior])])}, TOWN
    )
    filled = fill(coverage, code="b", at=(1.5, 1.5))
    assert covers_town(filled)
    assert filled.areas["b"].area == pytest.approx(1)


def test_overlaps_of_a_file_go_to_the_smaller_zone() -> None:
    areas = {"a": MultiPolygon([box(0, 0, 3, 4)]), "b": MultiPolygon([box(2.5, 0, 4, 4)])}
    taken = Coverage.of(areas, TOWN)
    assert covers_town(taken)
    assert taken.areas["b"].area == pytest.approx(6)


@pytest.mark.parametrize(
    ("act", "code", "place"),
    [
        (
            lambda: split(three(), code="w", line=LineString([(-1, 1), (1, 1)]), codes=["x"]),
            "not_through",
            (1, 1),
        ),
        (
            lambda: split(
                three(), code="w", line=LineString([(-1, 1), (3, 1), (3, 3), (1, -1)]), codes=["x"]
            ),
            "line_crosses",
            (2, 1),
        ),
        (
            lambda: split(three(), code="w", line=LineString([(-1, 1), (3, 1)]), codes=[]),
            "few_codes",
            None,
        ),
        (
            lambda: split(three(), code="w", line=LineString([(-1, 1), (3, 1)]), codes=["n"]),
            "same_code",
            None,
        ),
        (lambda: draw(three(), code="x", shape=box(2, 2, 4, 4)), "would_vanish", (3, 3)),
        (lambda: move_point(three(), at=(2, 2), to=(2, 5), reach=0.1), "outside", (2, 5)),
        (lambda: move_point(three(), at=(2, 4), to=(3, 4), reach=0.1), "edge_of_town", (2, 4)),
        (
            lambda: move_border(three(), line=LineString([(2, 3), (3, 3)]), between=("w", "n")),
            "not_through",
            (3, 3),
        ),
    ],
)
def test_refusals_name_their_place(
    act: Callable[[], Coverage], code: str, place: tuple[float, float] | None
) -> None:
    with pytest.raises(CoverageRefused) as refused:
        act()
    assert refused.value.code == code
    assert refused.value.place == (place and pytest.approx(place))
