"""Waking the worker: a Redis that is away neither breaks nor holds up what was written."""

import time

import pytest
from celery import Celery

from outbox.waking import DELIVERY_TASK, wake_worker


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Celery:
    """A worker whose Redis is nowhere."""
    app = Celery(broker="redis+socket:///nowhere/redis.sock", set_as_current=False)
    monkeypatch.setattr("outbox.waking.current_app", app)
    return app


def test_the_call_names_the_task(away: Celery, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(away, "send_task", lambda name, **_: asked.append(name))
    wake_worker()
    assert asked == [DELIVERY_TASK]


def test_a_redis_that_is_away_is_asked_once(away: Celery) -> None:
    started = time.monotonic()
    wake_worker()
    assert time.monotonic() - started < 3
