"""Tells machines whether this installation works and how it does; it shows no data of any town."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError

from portal.heartbeat import heartbeat_age

# Beat asks for a heartbeat every ten seconds; three missed ones are a stopped worker.
HEARTBEAT_LIMIT_S = 40.0
LOOPBACK = frozenset({"127.0.0.1", "::1"})


def _database_works() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_works() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _state(*, now: float | None = None) -> dict[str, object]:
    """Each part with `ok`, and the ages in seconds where they are known."""
    database_ok = _database_works()
    redis_ok = _redis_works()
    age = heartbeat_age(now=timezone.now()) if redis_ok else None
    return {
        "database": {"ok": database_ok},
        "redis": {"ok": redis_ok},
        "worker": {"ok": age is not None and age <= HEARTBEAT_LIMIT_S, "heartbeat_age_s": age},
    }


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works and 503 when one does not."""
    parts = _state()
    ok = all(part["ok"] for part in parts.values())  # type: ignore[index]
    return JsonResponse({"ok": ok, **parts}, status=200 if ok else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
