"""Counters of the rating lane in Redis' memory: votes of an hour by score, scans of a week."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import redis
from django.conf import settings

PREFIX = "megdan:lane:"
SCORES = 10


def memory() -> redis.Redis:
    """The Redis of the lane."""
    return redis.Redis.from_url(
        settings.RATING_REDIS_URL, socket_timeout=5, socket_connect_timeout=2
    )


def hour_name(site: int, hour: str) -> str:
    """Name of the scores of a site in an hour, written as 2026112213 in the town's time."""
    return f"{PREFIX}hour:{site}:{hour}"


def week_name(week: str) -> str:
    """Name of the scans in the week from a Monday, written as 2026-11-16."""
    return f"{PREFIX}scans:{week}"


def hours(client: redis.Redis) -> Iterator[tuple[str, int, dt.datetime]]:
    """Every counter of an hour there is: its name, the site, and the hour in the town's time."""
    for raw in client.scan_iter(match=f"{PREFIX}hour:*", count=500):
        name = raw.decode()
        _, site, hour = name.rsplit(":", 2)
        yield name, int(site), dt.datetime.strptime(hour, "%Y%m%d%H")  # noqa: DTZ007 - a wall clock


class Hour(NamedTuple):
    """Votes of an hour by score: those that count, and those over the limit of a connection."""

    counted: list[int]
    over: list[int]


def scores(client: redis.Redis, name: str) -> Hour:
    """The counters of an hour."""
    told: Any = client.hgetall(name)
    counted, over = (
        [max(0, int(told.get(f"{kind}{score}".encode(), 0))) for score in range(1, SCORES + 1)]
        for kind in ("", "over")
    )
    return Hour(counted, over)


def take_scans(client: redis.Redis) -> dict[dt.date, dict[int, int]]:
    """Scans by week and sign since the last time; they are gone from Redis afterwards."""
    taken = {}
    for raw in client.scan_iter(match=f"{PREFIX}scans:*", count=500):
        name = raw.decode()
        both: Any = client.pipeline(transaction=True)
        both.hgetall(name)
        both.delete(name)
        counted, _ = both.execute()
        week = dt.date.fromisoformat(name.rsplit(":", 1)[1])
        taken[week] = {int(sign): int(count) for sign, count in counted.items()}
    return taken
