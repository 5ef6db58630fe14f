"""Repairing invalid areas when somebody asks for it; in a child process that can be stopped.

Making a hostile shape valid can take minutes, and no timeout of the database stops it.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo.guarded import Bounds, GuardedError, run_guarded

PROGRAM = Path(__file__).with_name("mending.py")
BOUNDS = Bounds(cpu_seconds=20, wall_seconds=30, memory_bytes=4_000_000_000)


class RepairError(Exception):
    """The child gave up: the shapes need more work than the limit allows."""


def repair(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Valid forms of invalid areas, by the structure method: rings are kept, overlaps merged.

    Args:
        shapes: any coordinates; they are not reprojected.

    Raises:
        RepairError: at one of the BOUNDS.
    """
    if not shapes:
        return []
    order = json.dumps([shapely.to_wkb(shape, hex=True) for shape in shapes])
    try:
        answer = run_guarded(PROGRAM, order.encode(), bounds=BOUNDS)
    except GuardedError as error:
        raise RepairError from error
    return [shapely.from_wkb(text) for text in json.loads(answer)]
