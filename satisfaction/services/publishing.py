"""What happens each Monday: votes are released, periods just over are frozen, falls looked for."""

import datetime as dt
from typing import NamedTuple

from satisfaction.services.alerts import look_for_worsening
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
    """Do all three, each complete by itself: what is broken off goes on the next time."""
    return Published(
        blocks=release_votes(now=now, municipality=municipality),
        snapshots=make_snapshots(now=now, municipality=municipality, progress=progress),
        alerts=look_for_worsening(now=now, municipality=municipality),
    )
