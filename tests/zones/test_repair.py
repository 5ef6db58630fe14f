"""Repair keeps what was drawn, drops lines, and gives up in time."""

from dataclasses import replace

import pytest
from shapely.geometry import MultiPolygon, Polygon

from zones.importing import repair as repairing
from zones.importing.quality import polygons_only
from zones.importing.repair import RepairError, repair


def test_a_bow_tie_becomes_its_two_halves() -> None:
    (mended,) = repair([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
    assert isinstance(mended, MultiPolygon)
    assert mended.is_valid
    assert mended.area == pytest.approx(2)


def test_overlapping_parts_are_merged_not_cut_out() -> None:
    parts = MultiPolygon(
        [
            Polygon([(0, 0), (2, 0), (2, 2), (0, 2)]),
            Polygon([(1, 0), (3, 0), (3, 2), (1, 2)]),
        ]
    )
    (mended,) = repair([parts])
    assert polygons_only(mended) is not None
    assert mended.area == pytest.approx(6)


def test_a_shape_without_area_leaves_nothing() -> None:
    (mended,) = repair([Polygon([(0, 0), (1, 1), (2, 2)])])
    assert polygons_only(mended) is None


def test_repair_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "BOUNDS", replace(repairing.BOUNDS, wall_seconds=0.001))
    with pytest.raises(RepairError):
        repair([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
