"""Writes what a town publishes now as one file for who asks; few at a time, as it is work."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.cache import cache

from portal.geodata.files import EVERYTHING, WRITE, Format, write_geopackage
from portal.geodata.spool import spooled
from zones.models import Municipality
from zones.published import Collection

#: Files of a town that are written at the same time, and how long one may take at most.
AT_ONCE, LONGEST = 2, dt.timedelta(minutes=2)


class BusyError(Exception):
    """As many files of the town are being written as may be."""


def written_now(
    town: Municipality, wanted: Sequence[Collection], code: str, written_as: Format
) -> BinaryIO:
    """The open file; its name is gone already, so nothing is left when it is closed.

    Raises:
        BusyError: too many ask at once.
    """
    language = town.languages[0]
    with _slot(town), tempfile.TemporaryDirectory(prefix="open-geodata-") as name:
        folder = Path(name)
        spools = [spooled(one, folder / f"{one.code}.arrow", language) for one in wanted]
        path = folder / f"{code}.{written_as}"
        if code == EVERYTHING:
            write_geopackage(spools, path, language)
        else:
            WRITE[written_as](spools[0], path, language)
        return path.open("rb")


@contextmanager
def _slot(town: Municipality) -> Iterator[None]:
    names = (f"open-geodata-{town.pk}-{number}" for number in range(AT_ONCE))
    taken = next((one for one in names if cache.add(one, True, LONGEST.total_seconds())), None)
    if taken is None:
        raise BusyError
    try:
        yield
    finally:
        cache.delete(taken)
