"""What happens each Monday: votes are released, periods just over frozen, falls looked for."""

import datetime as dt
from typing import NamedTuple

from satisfaction.services.alerts import look_for_worsening
from satisfaction.services.open_files import freeze_open_files
from satisfaction.services.releasing import release_votes
from satisfaction.services.snapshots import Progress, make_snapshots
from zones.models import Municipality


class Published(NamedTuple):
    """How much was done."""

    blocks: int
    snapshots: int
    alerts: int


def publish(
    *, now: dt.datetime, municipality: Municipality | None = None, progress: Progress | None = None
) -> Published:
    """Do all of it, each step complete by itself: what is broken off goes on the next time."""
    blocks = release_votes(now=now, municipality=municipality)
    snapshots = make_snapshots(now=now, municipality=municipality, progress=progress)
    freeze_open_files(municipality=municipality)
    return Published(blocks, snapshots, look_for_worsening(now=now, municipality=municipality))
