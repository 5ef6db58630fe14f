"""Does work on what outsiders sent in a child process that cannot harm the program.

Some input needs minutes, gigabytes or a fault of a library to be read. The child has bounds on
processor time, memory, waiting and open files, may write no file unless it is told how large, and
knows nothing of the parent's settings: its environment is empty.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_START = """
import resource, runpy, sys
program, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for bound, most in (
    (resource.RLIMIT_CPU, seconds),
    (resource.RLIMIT_AS, memory),
    (resource.RLIMIT_FSIZE, int(sys.argv[4])),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 64),
):
    resource.setrlimit(bound, (most, most))
runpy.run_path(program, run_name="__main__")
"""
# Libraries that reserve memory for every processor would meet the bound before any work.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Bounds:
    """What a child may use at most."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int
    file_bytes: int = 0
    """Of one file; for libraries that read nothing but files."""


class GuardedError(Exception):
    """The child was stopped at one of its bounds, or it failed."""


def run_guarded(program: Path, order: bytes, *, bounds: Bounds) -> bytes:
    """What a Python file of ours answers on its standard output.

    Args:
        program: a file that is run alone: no settings, no database.
        order: handed to its standard input.

    Raises:
        GuardedError: the child needs more than `bounds`, or ends with an error.
    """
    limits = [str(bounds.cpu_seconds), str(bounds.memory_bytes), str(bounds.file_bytes)]
    try:
        # No shell, our own interpreter and file, nothing of the user in the arguments.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-B", "-c", _START, str(program), *limits],
            input=order,
            capture_output=True,
            timeout=bounds.wall_seconds,
            check=True,
            env=_ENVIRONMENT,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise GuardedError from error
    return done.stdout
