"""Bulk placing beside its peers: a million points in memory, and whole passes in the database."""

from __future__ import annotations

import importlib
import platform
from typing import Any

import geopandas
import numpy as np
import sedonadb
import shapely
from numpy.typing import NDArray

from bench.harness import Comparison, Contender, Row, compare, fact, faster, write_results
from bench.scratch import scratch_database
from bench.town import Town, make_town
from geo.cover import Cover, side_for

COMMAND = "make bench ARGS=placing"
SMOKE_ADDRESSES, ADDRESSES = 100_000, 1_000_000
KINDS = ("neighbourhoods", "street_areas")
Answers = tuple[NDArray[Any], NDArray[Any]]


def main(*, smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    town = make_town(addresses=SMOKE_ADDRESSES if smoke else ADDRESSES)
    truth = tuple(exact(town, kind) for kind in KINDS)
    comparison = compare(contenders(town))
    rows = [
        faster(
            f"placing.memory.{ours}_vs_{theirs}",
            comparison,
            ours,
            theirs,
            goal=">= 1.0",
            command=COMMAND,
        )
        for ours in ("cover", "cover_with_build")
        for theirs in ("geopandas_sjoin", "sedonadb")
    ]
    rows += [agreement(name, comparison, truth) for name in comparison.measured]
    with scratch_database():
        # Models can be imported only now.
        database = importlib.import_module("bench.placing_database")
        database_rows, database_comparisons = database.measure_database(town, COMMAND)
    rows += database_rows
    write_results("placing", rows, {"memory": comparison, **database_comparisons})
    print(f"{len(town.longitude)} points, {platform.machine()}")
    return rows


def exact(town: Town, kind: str) -> NDArray[Any]:
    """The truth, without any code of ours: every polygon asked which points it covers."""
    areas = getattr(town, kind)
    tree = shapely.STRtree(shapely.points(town.longitude, town.latitude))
    area, point = tree.query(areas, predicate="covers")
    answer = np.full(len(town.longitude), -1)
    # Later writes win: the lowest position is written last, as the rule for ties asks.
    order = np.argsort(-area, kind="stable")
    answer[point[order]] = area[order]
    return answer


def agreement(name: str, comparison: Comparison, truth: tuple[NDArray[Any], ...]) -> Row:
    """Share of points on which a contender and exact geometry agree, over both kinds."""
    same = [
        (found == true).mean() for found, true in zip(comparison.answer(name), truth, strict=True)
    ]
    return fact(
        f"placing.memory.agreement.{name}",
        float(np.mean(same)),
        "share",
        goal=">= 1" if name.startswith("cover") else None,
        command=COMMAND,
    )


def contenders(town: Town) -> list[Contender]:
    """Each answers both kinds for all points; reading the inputs is not timed for anybody."""
    return [
        Contender("cover", lambda: [build(town, kind) for kind in KINDS], lambda c: ask(c, town)),
        Contender(
            "cover_with_build",
            lambda: None,
            lambda _: ask([build(town, kind) for kind in KINDS], town),
        ),
        Contender("geopandas_sjoin", lambda: frames(town), sjoin),
        Contender("sedonadb", lambda: sedona(town), sedona_join),
    ]


def build(town: Town, kind: str) -> Cover:
    return Cover.build(list(getattr(town, kind)), side=side_for(len(town.longitude)))


def ask(covers: list[Cover], town: Town) -> Answers:
    return (
        covers[0].find(town.longitude, town.latitude),
        covers[1].find(town.longitude, town.latitude),
    )


def frames(town: Town) -> list[Any]:
    points = geopandas.GeoDataFrame(
        {"point": np.arange(len(town.longitude))},
        geometry=shapely.points(town.longitude, town.latitude),
        crs=4326,
    )
    areas = [
        geopandas.GeoDataFrame(
            {"area": np.arange(len(getattr(town, kind)))}, geometry=getattr(town, kind), crs=4326
        )
        for kind in KINDS
    ]
    return [points, *areas]


def sjoin(state: list[Any]) -> Answers:
    points, *areas = state
    return spread(points, [geopandas.sjoin(points, area, predicate="within") for area in areas])


def sedona(town: Town) -> list[Any]:
    points, *areas = frames(town)
    session = sedonadb.connect()
    session.create_data_frame(points).to_memtable().to_view("points")
    for kind, area in zip(KINDS, areas, strict=True):
        session.create_data_frame(area).to_memtable().to_view(kind)
    return [session, points]


def sedona_join(state: list[Any]) -> Answers:
    session, points = state
    query = (
        "SELECT points.point, areas.area FROM points JOIN {} AS areas "
        "ON ST_Within(points.geometry, areas.geometry)"
    )
    return spread(points, [session.sql(query.format(kind)).to_pandas() for kind in KINDS])


def spread(points: Any, found: list[Any]) -> Answers:
    """Pairs of point and area as one answer per point."""
    answers = []
    for pairs in found:
        answer = np.full(len(points), -1)
        answer[pairs["point"].to_numpy()] = pairs["area"].to_numpy()
        answers.append(answer)
    return answers[0], answers[1]
