"""Reading the lines of an area: what is taken, what is refused, and with which words."""

from typing import Any

import pytest
import shapely

from zones.recipes import (
    MOST_LINES,
    AroundPart,
    Op,
    RecipeRefused,
    ShapePart,
    Side,
    StreetPart,
    parse_recipe,
)

SQUARE = {"type": "Polygon", "coordinates": [[[26, 46], [26.1, 46], [26.1, 46.1], [26, 46]]]}
CROSSED = [[26, 46], [26.1, 46.1], [26.1, 46], [26, 46.1], [26, 46]]
BOW = {"type": "Polygon", "coordinates": [CROSSED]}
FAR_AWAY = {"type": "Point", "coordinates": [999, 0]}
NOWHERE = {"type": "Point", "coordinates": [float("nan"), 0]}
DEEP: Any = {"type": "Polygon", "coordinates": []}
for _ in range(3000):
    DEEP["coordinates"] = [DEEP["coordinates"]]


def test_every_kind_is_read_and_written_back() -> None:
    lines = [
        {"op": "add", "kind": "zones", "muted": False, "zones": [3, 1]},
        {"op": "subtract", "kind": "streets", "muted": True, "street": 7, "side": "even",
         "from": 2, "to": None},
        {"op": "keep", "kind": "shape", "muted": False, "geometry": SQUARE, "label": "Site"},
        {"op": "add", "kind": "around", "muted": False, "metres": 60.0, "without_inside": True,
         "of": {"street": 7, "side": "odd", "from": None, "to": 9}},
    ]  # fmt: skip

    recipe = parse_recipe(lines)

    assert recipe.as_json()[:2] == lines[:2]
    assert parse_recipe(recipe.as_json()).as_json() == recipe.as_json()
    assert recipe.lines[1].op is Op.SUBTRACT
    assert recipe.lines[3].part == AroundPart(StreetPart(7, Side.ODD, None, 9), 60.0, True)


def test_a_place_is_surrounded_by_its_point() -> None:
    line = {"kind": "around", "of": {"site_point": [26.3, 46.9], "label": "School"}, "metres": 100}

    part = parse_recipe([line]).lines[0].part

    assert isinstance(part, AroundPart)
    assert part.of == ShapePart(shapely.Point(26.3, 46.9), "School")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("zones", "line"),
        ({"kind": "moon"}, "kind"),
        ({"kind": "zones", "zones": []}, "zones"),
        ({"kind": "zones", "zones": [True]}, "zones"),
        ({"kind": "zones", "zones": [1], "op": "xor"}, "op"),
        ({"kind": "zones", "zones": [1], "muted": "no"}, "muted"),
        ({"kind": "streets", "street": 1, "side": "left"}, "side"),
        ({"kind": "streets", "street": "1"}, "street"),
        ({"kind": "streets", "street": 1, "from": 9, "to": 3}, "numbers"),
        ({"kind": "streets", "street": 1, "from": -1}, "numbers"),
        ({"kind": "shape", "geometry": BOW}, "self_intersection"),
        ({"kind": "shape", "geometry": FAR_AWAY}, "outside_world"),
        ({"kind": "shape", "geometry": NOWHERE}, "number"),
        ({"kind": "shape", "geometry": None}, "not_json"),
        ({"kind": "shape", "geometry": DEEP}, "too_deep"),
        ({"kind": "shape", "geometry": SQUARE, "label": "x" * 200}, "label"),
        ({"kind": "around", "of": {"zones": [1]}, "metres": 4}, "metres"),
        ({"kind": "around", "of": {"zones": [1]}, "metres": float("nan")}, "metres"),
        ({"kind": "around", "of": {}, "metres": 40}, "of"),
        ({"kind": "around", "of": {"site_point": [1]}, "metres": 40}, "of"),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_by_its_number(line: Any, code: str) -> None:
    good = {"kind": "zones", "zones": [1]}

    with pytest.raises(RecipeRefused) as refused:
        parse_recipe([good, line])

    assert refused.value.line == 2
    assert refused.value.code in {code, "not_geojson"}


def test_the_place_of_a_fault_is_told() -> None:
    with pytest.raises(RecipeRefused) as refused:
        parse_recipe([{"kind": "shape", "geometry": BOW}])

    assert refused.value.place == pytest.approx((26.05, 46.05))
    assert "Line 1" in refused.value.messages[0]
    assert "26.05" in refused.value.messages[0]


def test_there_is_an_end_to_lines_and_corners() -> None:
    line = {"kind": "zones", "zones": [1]}
    ring = shapely.Point(26, 46).buffer(0.1, quad_segs=2000)
    shape = {"kind": "shape", "geometry": shapely.geometry.mapping(ring)}

    with pytest.raises(RecipeRefused) as too_many:
        parse_recipe([line] * (MOST_LINES + 1))
    with pytest.raises(RecipeRefused) as too_fine:
        parse_recipe([_json(shape)] * 3)
    with pytest.raises(RecipeRefused):
        parse_recipe({"lines": []})

    assert (too_many.value.code, too_fine.value.code) == ("too_many", "too_many_vertices")


def _json(line: dict[str, Any]) -> dict[str, Any]:
    geometry = line["geometry"]
    rings = [[list(corner) for corner in ring] for ring in geometry["coordinates"]]
    return {**line, "geometry": {"type": geometry["type"], "coordinates": rings}}
