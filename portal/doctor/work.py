"""Whether background work is done: Redis, worker, queue, tiles, letters."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import redis
from django.conf import settings
from redis.exceptions import RedisError, ResponseError

from outbox.models import OutboxMessage
from portal.doctor.findings import Finding, fail, ok, unknown, warn
from portal.doctor.liveness import HEARTBEAT_LIMIT_S, QUEUE_LIMIT_S, queue_age
from portal.heartbeat import heartbeat_age
from zones.models import TileBake

_RATING_CURE = 'Give the server of RATING_REDIS_URL the lines: save "" and appendonly no.'
TILES_LATE = timedelta(minutes=15)


def check_redis() -> Iterator[Finding]:
    """Reached, and the one for ratings keeps nothing on disk."""
    yield _answers("redis", settings.REDIS_URL)
    if settings.RATING_REDIS_URL != settings.REDIS_URL:
        yield _answers("redis for ratings", settings.RATING_REDIS_URL)
    yield memory_only(settings.RATING_REDIS_URL, is_stated=settings.MEGDAN_REDIS_MEMORY_ONLY)


def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)


def _answers(name: str, url: str) -> Finding:
    with _client(url) as client:
        try:
            client.ping()
        except RedisError as error:
            return fail(name, f"does not answer: {error}", "Start Redis, or mend its address.")
    return ok(name, "answers")


def memory_only(url: str, *, is_stated: bool) -> Finding:
    """Whether a Redis writes to disk; ratings refuse to go near one that does."""
    name = "redis in memory"
    if is_stated:
        return ok(name, "stated by MEGDAN_REDIS_MEMORY_ONLY")
    with _client(url) as client:
        try:
            said = {key: client.config_get(key).get(key) for key in ("save", "appendonly")}
        except ResponseError:
            return unknown(name, "it does not say", "Set MEGDAN_REDIS_MEMORY_ONLY=1 if it is so.")
        except RedisError as error:
            return fail(name, f"does not answer: {error}", "Start Redis, or mend its address.")
    if said == {"save": "", "appendonly": "no"}:
        return ok(name, "nothing is kept on disk")
    return fail(name, "it writes to disk, so nobody can rate", _RATING_CURE)


def check_worker(now: datetime) -> Iterator[Finding]:
    """Sign of life of worker and beat together, the oldest work, tiles and letters given up."""
    yield worker(heartbeat_age(now=now))
    yield queue(queue_age(now=now))
    late = TileBake.objects.filter(finished_at=None, requested_at__lt=now - TILES_LATE).count()
    if late:
        yield fail(
            "tiles", f"{late} wait to be baked", "Read the log of the worker for the reason."
        )
    else:
        yield ok("tiles", "all are baked")
    dead = OutboxMessage.objects.dead().count()
    if dead:
        yield warn("letters", f"{dead} were given up", "Look with manage.py outbox why.")
    else:
        yield ok("letters", "none was given up")


def worker(age_s: float | None) -> Finding:
    """How long ago the worker showed itself, asked by beat."""
    cure = "Start worker and beat: systemctl start megdan-worker megdan-beat."
    if age_s is None:
        return fail("worker", "it never showed itself", cure)
    if age_s > HEARTBEAT_LIMIT_S:
        return fail("worker", f"silent for {age_s:.0f} s", cure)
    return ok("worker", f"showed itself {age_s:.0f} s ago")


def queue(age_s: float | None) -> Finding:
    """How long the oldest due work waits."""
    if age_s is None:
        return ok("queue", "nothing waits")
    if age_s > QUEUE_LIMIT_S:
        return fail(
            "queue",
            f"the oldest work waits {age_s:.0f} s",
            "Read the log of the worker; start a second one where there is simply much to do.",
        )
    return ok("queue", f"the oldest work waits {age_s:.0f} s")
