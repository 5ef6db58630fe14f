"""Keeps in the cache when the worker last showed itself; it does not judge that."""

from datetime import datetime

from django.core.cache import cache

_KEY = "megdan:worker-heartbeat"


def record_heartbeat(*, now: datetime) -> None:
    """Remember `now` as the latest sign of life for one day."""
    cache.set(_KEY, now.timestamp(), timeout=86_400)


def heartbeat_age(*, now: datetime) -> float | None:
    """Seconds since the worker showed itself; None when it never did."""
    seen_at = cache.get(_KEY)
    return None if seen_at is None else max(0.0, now.timestamp() - float(seen_at))
