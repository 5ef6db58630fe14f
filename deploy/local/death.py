"""Ties the life of a process to that of its parent, by the kernel; it starts none itself."""

import ctypes
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def end_with_parent(how: signal.Signals) -> Callable[[], None]:
    """A hook for a child: the kernel sends it `how` when its parent dies, even by kill -9."""
    libc = ctypes.CDLL(None, use_errno=True)

    def hook() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)

    return hook
