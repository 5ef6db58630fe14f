"""Random sequences of what a planner does: never a gap, never an overlap, and the points agree."""

import math
from typing import Any

import numpy as np
import shapely
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.ops import split as cut_apart

from geo.coverage import GRID, LEAST, Coverage, CoverageRefused, is_sound
from geo.zone_cutting import (
    draw,
    fill,
    merge,
    move_border,
    move_point,
    remove,
    shared_border,
    split,
)

WEST, SOUTH = 26.3, 46.9
OUTLINE = MultiPolygon(
    [
        Polygon(
            [(26.3001234, 46.9), (26.34, 46.9012), (26.3371, 46.9387), (26.3214567, 46.94),
             (26.3099, 46.9333331), (26.3, 46.9353)],
            [[(26.318, 46.918), (26.3205, 46.9181), (26.3196, 46.9203)]],
        )
    ]
)  # fmt: skip
_CORNERS = (26.299, 46.899), (26.341, 46.941)
SPOTS: Any = shapely.points(np.random.default_rng(5).uniform(*_CORNERS, (200, 2)))
place = st.tuples(st.floats(26.298, 26.342), st.floats(46.898, 46.942)).map(
    lambda pair: (round(pair[0], 7), round(pair[1], 7))
)
shape = st.tuples(place, st.floats(0.001, 0.012), st.integers(3, 9), st.floats(0, 6)).map(
    lambda given: Polygon(
        [
            (
                given[0][0] + given[1] * math.cos(given[3] + 2 * math.pi * corner / given[2]),
                given[0][1] + given[1] * math.sin(given[3] + 2 * math.pi * corner / given[2]),
            )
            for corner in range(given[2])
        ]
    )
)
line = st.lists(place, min_size=2, max_size=4, unique=True).map(LineString)


def owners(coverage: Coverage) -> list[str]:
    """The code of each spot by plain point-in-polygon, without anything of the program."""
    found = [""] * len(SPOTS)
    for code, area in coverage.areas.items():
        for number in np.flatnonzero(shapely.contains(area, SPOTS)):
            found[number] = code
    return found


def apart(*borders: Any) -> Any:
    """Spots that no border passes nearer than the grid."""
    return np.flatnonzero(
        np.all([shapely.distance(SPOTS, border) > 4 * GRID for border in borders], axis=0)
    )


class Planning(RuleBasedStateMachine):
    """One planner at work on one town."""

    coverage: Coverage
    count = 0

    @initialize(shapes=st.lists(shape, min_size=1, max_size=3))
    def begin(self, shapes: list[Polygon]) -> None:
        """Begin from an empty town with a few zones drawn over one another."""
        self.coverage = Coverage({}, OUTLINE)
        for one in shapes:
            self._try(lambda one=one: draw(self.coverage, code=self._new(), shape=one))

    def _new(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def _try(self, act: Any) -> Coverage | None:
        """Do it; a refusal leaves everything as it was. Gives what was before."""
        before = self.coverage
        try:
            self.coverage = act()
        except CoverageRefused:
            return None
        return before

    def _some(self, data: Any) -> str:
        assume(self.coverage.areas)
        return str(data.draw(st.sampled_from(sorted(self.coverage.areas))))

    @rule(one=shape, only_free=st.booleans(), data=st.data())
    def drawn(self, one: Polygon, only_free: bool, data: Any) -> None:
        """A zone drawn new or onto another."""
        code = self._new() if data.draw(st.booleans()) else self._some(data)
        before = self._try(lambda: draw(self.coverage, code=code, shape=one, only_free=only_free))
        if before is None:
            return
        was, now = owners(before), owners(self.coverage)
        for spot in apart(one.boundary, OUTLINE.boundary):
            taken = one.contains(SPOTS[spot]) and (was[spot] or OUTLINE.contains(SPOTS[spot]))
            taken = taken and not (only_free and was[spot])
            assert now[spot] == (code if taken else was[spot])

    @rule(cut=line, data=st.data())
    def cut(self, cut: LineString, data: Any) -> None:
        """A zone split by a line."""
        code = self._some(data)
        inside = self.coverage.areas[code].representative_point()
        tip = cut.coords[-1]
        across = Point(2 * inside.x - tip[0], 2 * inside.y - tip[1])
        cut = data.draw(st.sampled_from([cut, LineString([across, inside, Point(tip)])]))
        before = self._try(
            lambda: split(
                self.coverage, code=code, line=cut, codes=[self._new() for _ in range(12)]
            )
        )
        if before is None:
            return
        was, now = owners(before), owners(self.coverage)
        assert [b for b in was if b != code] == [
            n for b, n in zip(was, now, strict=True) if b != code
        ]
        assert len(self.coverage.areas) > len(before.areas)
        self._same_ground(before)
        for polygon in before.areas[code].geoms:
            for piece in cut_apart(polygon, cut).geoms:
                held = [s for s in apart(cut) if piece.contains(SPOTS[s])]
                assert piece.area < 2 * LEAST or len({now[s] for s in held}) <= 1

    @rule(data=st.data())
    def merged(self, data: Any) -> None:
        """Two zones made one."""
        codes = [self._some(data), self._some(data)]
        before = self._try(lambda: merge(self.coverage, codes=codes, into=codes[0]))
        if before is None:
            return
        expected = [codes[0] if code in codes else code for code in owners(before)]
        assert owners(self.coverage) == expected
        self._same_ground(before)

    @rule(data=st.data())
    def removed(self, data: Any) -> None:
        """A zone taken away."""
        code = self._some(data)
        before = self._try(lambda: remove(self.coverage, code=code))
        assert before is not None
        assert owners(self.coverage) == ["" if was == code else was for was in owners(before)]

    @rule(data=st.data())
    def filled(self, data: Any) -> None:
        """The rest given to a zone: the outline is covered, without a gap."""
        code = self._some(data)
        before = self._try(lambda: fill(self.coverage, code=code))
        if before is None:
            return
        whole = shapely.coverage_union_all(self.coverage.polygons())
        assert shapely.difference(OUTLINE, whole).area < OUTLINE.length * GRID
        assert shapely.difference(whole, OUTLINE).area < OUTLINE.length * GRID
        was, now = owners(before), owners(self.coverage)
        for spot in apart(OUTLINE.boundary):
            inside = OUTLINE.contains(SPOTS[spot])
            assert now[spot] == (was[spot] or (code if inside else ""))

    @rule(data=st.data(), to=place, share=st.floats(0, 1))
    def pulled(self, data: Any, to: tuple[float, float], share: float) -> None:
        """A point of a border moved a little."""
        code = self._some(data)
        at = self.coverage.areas[code].boundary.interpolate(share, normalized=True)
        near = (at.x + (to[0] - at.x) * 0.1, at.y + (to[1] - at.y) * 0.1)
        before = self._try(lambda: move_point(self.coverage, at=(at.x, at.y), to=near, reach=1e-4))
        if before is None:
            return
        was, now = owners(before), owners(self.coverage)
        around = {c for c, a in before.areas.items() if a.boundary.distance(at) < 3e-4}
        for spot, code_before in enumerate(was):
            if code_before not in around | {""}:
                assert now[spot] == code_before

    @rule(
        data=st.data(),
        bulge=st.floats(-0.004, 0.004),
        span=st.tuples(st.floats(0, 0.4), st.floats(0.6, 1)),
    )
    def bent(self, data: Any, bulge: float, span: tuple[float, float]) -> None:
        """A shared border bent between two of its points."""
        areas = self.coverage.areas
        pairs = [
            (one, other)
            for one in areas
            for other in areas
            if one < other and areas[one].intersection(areas[other]).length > 0.001
        ]
        assume(pairs)
        pair = data.draw(st.sampled_from(pairs))
        common = [one for one in shared_border(self.coverage, pair) if one.length > 0.001]
        assume(common)
        first, last = (common[0].interpolate(where, normalized=True) for where in span)
        assume(first.distance(last) > 1e-4)
        middle = Point((first.x + last.x) / 2 + bulge, (first.y + last.y) / 2 - bulge / 2)
        new = LineString([first, middle, last])
        before = self._try(lambda: move_border(self.coverage, line=new, between=pair))
        if before is None:
            return
        was, now = owners(before), owners(self.coverage)
        self._same_ground(before)
        for code_before, code_now in zip(was, now, strict=True):
            assert code_now in (pair if code_before in pair else (code_before,))

    def _same_ground(self, before: Coverage) -> None:
        was = shapely.coverage_union_all(before.polygons())
        now = shapely.coverage_union_all(self.coverage.polygons())
        assert shapely.symmetric_difference(was, now).area < OUTLINE.length * GRID

    @invariant()
    def no_gap_no_overlap(self) -> None:
        """Neighbours share their vertices; no ground twice; no sliver between them."""
        shapes = self.coverage.polygons()
        if not len(shapes):
            return
        assert is_sound(self.coverage)
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        common = shapely.area(shapely.intersection(shapes[left], shapes[right]))
        assert (common[left < right] < 1e-19).all()  # a thousand-millionth of a square metre
        whole = shapely.coverage_union_all(shapes)
        assert math.isclose(whole.area, shapely.area(shapes).sum(), rel_tol=1e-11)


TestPlanning = Planning.TestCase
TestPlanning.settings = settings(
    max_examples=15,
    phases=[Phase.generate],
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
