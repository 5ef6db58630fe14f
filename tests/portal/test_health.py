"""/healthz says which part is down; /metrics is for this machine or the holder of the token."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal import health
from portal.doctor import liveness
from portal.heartbeat import heartbeat_age, record_heartbeat
from portal.tasks import beat_heart
from tests.factories.outbox import OutboxMessageFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import TileBake

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def redis_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(health, "_redis_works", lambda: True)


def test_a_heartbeat_is_aged_in_seconds() -> None:
    assert heartbeat_age(now=NOW) is None
    record_heartbeat(now=NOW)
    assert heartbeat_age(now=NOW + timedelta(seconds=12)) == 12


@pytest.mark.django_db
def test_all_parts_working_answer_200(client: Client) -> None:
    beat_heart.delay()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert set(answer.json()["parts"]) == {"database", "redis", "worker", "queue"}


@pytest.mark.django_db
def test_a_silent_worker_answers_503(client: Client) -> None:
    record_heartbeat(now=timezone.now() - timedelta(seconds=liveness.HEARTBEAT_LIMIT_S + 5))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert not answer.json()["parts"]["worker"]["ok"]


@pytest.mark.django_db
def test_redis_down_answers_503_and_asks_no_heartbeat(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["redis"] == {"ok": False, "age_s": None}


@pytest.mark.django_db
def test_the_oldest_due_bake_is_the_age_of_the_queue() -> None:
    town = MunicipalityFactory.create()
    for version, minutes in enumerate((30, 5, -10)):
        due_at = NOW - timedelta(minutes=minutes)
        TileBake.objects.create(
            municipality=town,
            layer="streets",
            version=version,
            requested_at=due_at,
            next_attempt_at=due_at,
        )
    assert liveness.queue_age(now=NOW) == 1800
    assert not health.state(now=NOW)["queue"]["ok"]


@pytest.mark.django_db
def test_metrics_from_this_machine(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    assert b'megdan_up{part="database"} 1.0' in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "request_from", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}]
)
def test_metrics_from_elsewhere_do_not_exist(client: Client, request_from: dict[str, str]) -> None:
    assert client.get("/metrics", **request_from).status_code == 404  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "status"), [("Bearer right", 200), ("Bearer wrong", 404)])
def test_a_token_opens_metrics_from_anywhere(
    client: Client, settings: Settings, given: str, status: int
) -> None:
    settings.MEGDAN_METRICS_TOKEN = "right"
    answer = client.get("/metrics", headers={"Authorization": given}, REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == status


@pytest.mark.django_db
def test_a_notice_that_is_still_going_out_is_nothing_stuck() -> None:
    due_at = NOW - timedelta(hours=2)
    OutboxMessageFactory.create(created_at=due_at, batch="notice-7")
    assert liveness.queue_age(now=NOW) is None
    OutboxMessageFactory.create(created_at=due_at)
    assert liveness.queue_age(now=NOW) == 7200
