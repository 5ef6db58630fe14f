"""Repairing invalid areas when somebody asks for it; each in a child process that can be stopped.

Making a hostile shape valid can take minutes and no timeout of the database stops it; the child
limits its own CPU time and the parent its waiting.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

CPU_SECONDS = 20
WALL_SECONDS = 30


class RepairError(Exception):
    """The child gave up: the shapes need more work than the limit allows."""


def repair(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Valid forms of invalid areas, by the structure method: rings are kept, overlaps merged.

    Args:
        shapes: any coordinates; they are not reprojected.

    Raises:
        RepairError: after CPU_SECONDS of work or WALL_SECONDS of waiting.
    """
    if not shapes:
        return []
    order = json.dumps([shapely.to_wkb(shape, hex=True) for shape in shapes])
    try:
        # No shell, our own interpreter and module, nothing of the user in the arguments.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _PROGRAM, str(CPU_SECONDS)],
            input=order,
            capture_output=True,
            text=True,
            timeout=WALL_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise RepairError from error
    return [shapely.from_wkb(text) for text in json.loads(done.stdout)]


_PROGRAM = """
import json, resource, sys
seconds = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
import shapely
mended = [
    shapely.make_valid(shapely.from_wkb(text), method="structure", keep_collapsed=False)
    for text in json.load(sys.stdin)
]
json.dump([shapely.to_wkb(shape, hex=True) for shape in mended], sys.stdout)
"""
