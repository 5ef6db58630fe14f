"""How the set-up talks: one line per step, one clear sentence when it cannot go on."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.local.death import end_with_parent


class SetupError(Exception):
    """Something the reader can mend; its text is one sentence that says what and how."""


def say(text: str) -> None:
    """Print one line at once, also through a pipe."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name what is being done, and the seconds when it took long enough to be noticed."""
    say(f"  {text}")
    started = time.monotonic()
    yield
    seconds = time.monotonic() - started
    if seconds >= 2:
        say(f"    … {seconds:.0f} s")


def ending_with(main: Callable[[], int]) -> None:
    """Run an entry point: a `SetupError` becomes its sentence and exit code 2.

    Ctrl-C, `kill` and a closed terminal all end it in the same orderly way, also where a shell
    started it in the background and had it ignore Ctrl-C.
    """
    for interruption in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(interruption, signal.default_int_handler)
    if "MAKELEVEL" in os.environ:
        end_with_parent(signal.SIGTERM)()  # a killed make leaves nothing behind either
    try:
        code = main()
    except SetupError as problem:
        print(f"\nmegdan: {problem}", file=sys.stderr, flush=True)
        code = 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
