"""Make a synthetic town from a seed: neighbourhoods with winding borders, streets, addresses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

WIDTH_M = 9_000.0
#: South-west corner and metres per degree near Piatra-Neamț; a flat approximation is enough here.
WEST, SOUTH = 26.30, 46.88
METRES_PER_DEGREE = (76_000.0, 111_200.0)
FRACTAL_LEVELS = 8


@dataclass(frozen=True)
class Town:
    """Polygons and points in EPSG:4326; `street_axes` are the lines the street areas grew from."""

    neighbourhoods: NDArray[np.object_]
    street_areas: NDArray[np.object_]
    street_axes: NDArray[np.object_]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]


def make_town(
    *, seed: int = 7, neighbourhoods: int = 100, streets: int = 1_500, addresses: int = 1_000_000
) -> Town:
    """Make the same town for the same numbers: 80 % of addresses within 20 m of a street."""
    random = np.random.default_rng(seed)
    axes, samples, street_of_sample = _streets(random, streets)
    points = _addresses(random, samples, addresses)
    return Town(
        neighbourhoods=_in_degrees(_neighbourhoods(random, neighbourhoods)),
        street_areas=_in_degrees(_street_areas(samples, street_of_sample, streets)),
        street_axes=_in_degrees(axes),
        longitude=WEST + points[:, 0] / METRES_PER_DEGREE[0],
        latitude=SOUTH + points[:, 1] / METRES_PER_DEGREE[1],
    )


def _in_degrees(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return shapely.transform(
        shapes, lambda metres: metres / METRES_PER_DEGREE + np.array([WEST, SOUTH])
    )


def _box() -> shapely.Polygon:
    return shapely.box(0, 0, WIDTH_M, WIDTH_M)


def _cells(points: NDArray[np.float64]) -> NDArray[np.object_]:
    """Voronoi cells in the order of their points, cut by the box."""
    cells = shapely.voronoi_polygons(
        shapely.multipoints(points),
        extend_to=shapely.box(-WIDTH_M, -WIDTH_M, 2 * WIDTH_M, 2 * WIDTH_M),
        ordered=True,
    )
    return shapely.intersection(shapely.get_parts(cells), _box())


def _neighbourhoods(random: np.random.Generator, count: int) -> NDArray[np.object_]:
    """Cells around random seeds whose shared borders are bent by midpoint displacement."""
    seeds = random.uniform(0, WIDTH_M, (count, 2))
    borders = shapely.get_parts(shapely.union_all(shapely.boundary(_cells(seeds))))
    edges = np.concatenate([_segments(border) for border in borders])
    bent = shapely.union_all([shapely.linestrings(_bend(random, edge)) for edge in edges])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(bent)))
    middle = shapely.get_coordinates(shapely.point_on_surface(faces))
    nearest = ((middle[:, None, :] - seeds[None]) ** 2).sum(axis=2).argmin(axis=1)
    for index, seed in enumerate(shapely.points(seeds)):
        nearest[shapely.covers(faces, seed)] = index
    merged = [shapely.union_all(faces[nearest == one]) for one in range(count)]
    return np.array([area for area in merged if not area.is_empty])


def _segments(line: shapely.LineString) -> NDArray[np.float64]:
    coordinates = shapely.get_coordinates(line)
    return np.stack([coordinates[:-1], coordinates[1:]], axis=1)


def _bend(random: np.random.Generator, edge: NDArray[np.float64]) -> NDArray[np.float64]:
    line = edge
    for _ in range(FRACTAL_LEVELS):
        step = np.diff(line, axis=0)
        across = np.stack([-step[:, 1], step[:, 0]], axis=1)
        middle = line[:-1] + step / 2 + across * random.uniform(-0.15, 0.15, (len(step), 1))
        bent = np.empty((2 * len(line) - 1, 2))
        bent[::2], bent[1::2] = line, middle
        line = bent
    return line


def _streets(
    random: np.random.Generator, count: int
) -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.int64]]:
    """Slightly bent lines of 150 to 700 m, and points every 20 m along them."""
    start = random.uniform(0, WIDTH_M, (count, 2))
    heading = random.choice([0, np.pi / 2], count) + random.normal(0, 0.15, count)
    length = random.uniform(150, 700, count)
    axes, samples, owner = [], [], []
    for index in range(count):
        along = np.arange(0, length[index], 20.0)
        turned = heading[index] + along / length[index] * random.normal(0, 0.3)
        step = np.stack([np.cos(turned), np.sin(turned)], axis=1) * 20.0
        points = np.clip(start[index] + np.cumsum(step, axis=0), 1, WIDTH_M - 1)
        points += random.uniform(-0.5, 0.5, points.shape)
        axes.append(shapely.linestrings(points))
        samples.append(points)
        owner.append(np.full(len(points), index))
    return np.array(axes), np.concatenate(samples), np.concatenate(owner)


def _street_areas(
    samples: NDArray[np.float64], owner: NDArray[np.int64], count: int
) -> NDArray[np.object_]:
    cells = _cells(samples)
    return np.array([shapely.union_all(cells[owner == index]) for index in range(count)])


def _addresses(
    random: np.random.Generator, samples: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    near = count * 4 // 5
    beside = samples[random.integers(0, len(samples), near)] + random.normal(0, 10, (near, 2))
    return np.concatenate([beside, random.uniform(0, WIDTH_M, (count - near, 2))])
