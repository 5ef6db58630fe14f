"""The quality report names each fault with its place and size."""

import pytest
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from zones.importing.quality import Finding, Ground, Level, judge_zones
from zones.importing.report import grouped, sentences
from zones.importing.rows import ZoneRow

WEST, SOUTH, CELL = 26.30, 46.90, 0.01
GROUND = Ground(3844)
METRES_EAST, METRES_NORTH = 76_300.0, 111_170.0
"""Metres per degree at 46.9 degrees north, rounded."""


def cell(column: float, row: float, width: float = 1, height: float = 1) -> Polygon:
    west, south = WEST + column * CELL, SOUTH + row * CELL
    return box(west, south, west + width * CELL, south + height * CELL)


def zone(code: str, area: BaseGeometry, line: int = 1) -> ZoneRow:
    assert isinstance(area, Polygon)
    return ZoneRow(line, code, {"ro": code}, MultiPolygon([area]))


def judge(*rows: ZoneRow, ground: Ground = GROUND, is_partition: bool = True) -> list[Finding]:
    return judge_zones(rows, ground, is_partition=is_partition)


def test_neighbours_with_a_common_border_are_in_order() -> None:
    assert judge(zone("a", cell(0, 0)), zone("b", cell(1, 0))) == []


def test_an_overlap_is_an_error_with_its_area_and_place() -> None:
    (found,) = judge(zone("a", cell(0, 0)), zone("b", cell(0.9, 0)))
    assert (found.code, found.level, found.zone, found.other) == ("overlap", "error", "a", "b")
    assert found.area_m2 == pytest.approx(0.001 * METRES_EAST * 0.01 * METRES_NORTH, rel=0.01)
    assert found.longitude == pytest.approx(WEST + 0.95 * CELL, abs=0.0006)
    assert found.latitude == pytest.approx(SOUTH + 0.5 * CELL, abs=0.006)


def test_a_sliver_of_rounding_is_only_a_note() -> None:
    (found,) = judge(zone("a", cell(0, 0)), zone("b", cell(1 - 1e-7, 0)))
    assert found.level is Level.NOTE


def test_zones_of_a_kind_that_is_no_partition_may_overlap() -> None:
    assert judge(zone("a", cell(0, 0)), zone("b", cell(0.5, 0)), is_partition=False) == []


def test_a_gap_between_zones_is_a_warning_with_its_area_and_place() -> None:
    ring = zone("ring", cell(0, 0, 3, 3).difference(cell(1, 1)))
    (found,) = judge(ring)
    assert (found.code, found.level) == ("gap", "warning")
    assert found.area_m2 == pytest.approx(0.01 * METRES_EAST * 0.01 * METRES_NORTH, rel=0.01)
    assert found.longitude == pytest.approx(WEST + 1.5 * CELL, abs=0.006)


def test_a_gap_that_another_zone_fills_is_none() -> None:
    assert judge(zone("r", cell(0, 0, 3, 3).difference(cell(1, 1))), zone("i", cell(1, 1))) == []


def test_the_same_code_twice_is_an_error_on_both_rows() -> None:
    found = judge(zone("a", cell(0, 0), line=1), zone("a", cell(2, 0), line=2))
    assert [(each.code, each.line) for each in found] == [
        ("duplicate_code", 1),
        ("duplicate_code", 2),
    ]


def test_a_zone_far_off_is_an_error_and_one_that_overhangs_a_warning() -> None:
    ground = Ground(3844, cell(0, 0, 4, 4))
    found = judge(zone("far", cell(9, 9)), zone("over", cell(3.5, 0)), ground=ground)
    codes = {each.zone: (each.code, each.level) for each in found if each.zone}
    assert codes == {"far": ("outside", "error"), "over": ("overhang", "warning")}
    assert [each.code for each in found if not each.zone] == ["uncovered"]


def test_the_report_reads_as_sentences_errors_first() -> None:
    found = judge(
        zone("a", cell(0, 0, 3, 3).difference(cell(1, 1)), line=4),
        zone("b", cell(2.5, 0), line=5),
    )
    said = sentences([finding.as_json() for finding in found])
    assert said[0].startswith("Row 4, zone a: It overlaps zone b by ")
    assert said[1].startswith("There is a gap of ")
    groups = grouped([finding.as_json() for finding in found])
    assert [(group.level, group.title, group.count) for group in groups] == [
        ("bad", "Overlapping zones", 1),
        ("warn", "Gaps between zones", 1),
    ]
