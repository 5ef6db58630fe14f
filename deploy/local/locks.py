"""Keeps two starts of one checkout apart by a lock of the kernel, which no crash leaves behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.say import SetupError


@contextmanager
def only_one(file: Path, *, busy: str) -> Iterator[None]:
    """Hold `file` locked; a second holder gets `busy` as its sentence, {pid} filled in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise SetupError(busy.format(pid=handle.read().strip() or "unknown")) from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield
