"""How old the worker's last sign of life and the oldest waiting work may be."""

from datetime import datetime

from django.db.models import Min

from outbox.models import OutboxMessage
from zones.models import TileBake

# Beat asks for a heartbeat every ten seconds, but baking tiles may hold a worker for two minutes.
HEARTBEAT_LIMIT_S = 180.0
# Work that waits longer than this is stuck, also where the worker itself lives.
QUEUE_LIMIT_S = 900.0


def queue_age(*, now: datetime) -> float | None:
    """Seconds that the oldest due piece of background work waits; None when nothing is due."""
    # A notice to a whole town may take its time; single messages go out between and must not.
    waiting = (TileBake.objects.due(now), OutboxMessage.objects.due(now).filter(batch=""))
    oldest = [
        moment
        for rows in waiting
        if (moment := rows.aggregate(first=Min("next_attempt_at"))["first"]) is not None
    ]
    return (now - min(oldest)).total_seconds() if oldest else None
