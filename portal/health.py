"""Tells machines whether this installation works and how it does; it shows no data of any town."""

from datetime import datetime
from typing import TypedDict

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError

from outbox.models import OutboxMessage
from portal.doctor.liveness import HEARTBEAT_LIMIT_S, QUEUE_LIMIT_S, queue_age
from portal.heartbeat import heartbeat_age

LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Part(TypedDict):
    """One part of the installation; `age_s` in seconds, None where nothing is known or waiting."""

    ok: bool
    age_s: float | None


def _redis_works() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _database_and_queue(*, now: datetime) -> tuple[Part, Part]:
    try:
        connection.ensure_connection()
        age = queue_age(now=now)
    except DatabaseError:
        return Part(ok=False, age_s=None), Part(ok=False, age_s=None)
    return Part(ok=True, age_s=None), Part(ok=age is None or age <= QUEUE_LIMIT_S, age_s=age)


def state(*, now: datetime) -> dict[str, Part]:
    """Each part with whether it works, and the ages where they are known."""
    database, queue = _database_and_queue(now=now)
    redis_ok = _redis_works()
    age = heartbeat_age(now=now) if redis_ok else None
    alive = age is not None and age <= HEARTBEAT_LIMIT_S
    return {
        "database": database,
        "redis": Part(ok=redis_ok, age_s=None),
        "worker": Part(ok=alive, age_s=age),
        "queue": queue,
    }


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works and 503 when one does not."""
    parts = state(now=timezone.now())
    ok = all(part["ok"] for part in parts.values())
    return JsonResponse({"ok": ok, "parts": parts}, status=200 if ok else 503)


def _may_read_metrics(request: HttpRequest) -> bool:
    """The holder of the token; without a configured token, whoever asks from this machine.

    Behind a proxy every visitor seems to come from loopback, so a forwarded request never counts.
    """
    if settings.MEGDAN_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.MEGDAN_METRICS_TOKEN}")
    forwarded = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"}
    if forwarded & set(request.headers):
        return False
    return request.META.get("REMOTE_ADDR") in LOOPBACK


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The state as Prometheus text; 404 for everybody who may not read it."""
    if not _may_read_metrics(request):
        raise Http404
    registry = CollectorRegistry()
    up = Gauge("megdan_up", "1 when the part works", ["part"], registry=registry)
    age = Gauge("megdan_age_seconds", "heartbeat, oldest work", ["part"], registry=registry)
    for name, part in state(now=timezone.now()).items():
        up.labels(name).set(part["ok"])
        if part["age_s"] is not None:
            age.labels(name).set(part["age_s"])
    letters = Gauge("megdan_letters", "by state: waiting, given up", ["state"], registry=registry)
    letters.labels("waiting").set(OutboxMessage.objects.waiting().count())
    letters.labels("dead").set(OutboxMessage.objects.dead().count())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
