"""What the lane remembers for hours, where, and when it stays shut."""

import datetime as dt
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import override_settings
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoPermissionError

from sign_registry import pulses
from sign_registry.lane.limiter import VOTES_AN_HOUR, LaneClosedError, Limiter
from sign_registry.models import RatingInbox
from tests.sign_registry.lane_visitor import NOW, Visitor, hung_sign, token_of

Answers = dict[str, dict[str, str]]


def asides() -> list[bool]:
    return sorted(RatingInbox.objects.values_list("is_set_aside", flat=True))


def test_more_than_eight_votes_an_hour_from_one_network_are_taken_and_set_aside(
    visitor: Visitor,
) -> None:
    token = token_of(hung_sign())
    replies = [visitor.rate(token, 1) for _ in range(VOTES_AN_HOUR + 2)]
    assert asides() == [False] * VOTES_AN_HOUR + [True, True]
    assert len({reply.text.replace(reply.nonce, "") for reply in replies}) == 1


def test_another_network_another_site_and_another_hour_begin_anew(visitor: Visitor) -> None:
    token, other = token_of(hung_sign()), token_of(hung_sign())
    for _ in range(VOTES_AN_HOUR):
        visitor.rate(token, 1)
    visitor.rate(other, 1)
    visitor.now += dt.timedelta(hours=1)
    visitor.rate(token, 1)
    visitor.address = "192.0.2.2"
    visitor.rate(token, 1)
    assert not any(asides())


@pytest.mark.parametrize(("behind_proxy", "expected"), [(True, 2), (False, 1)])
def test_a_forwarded_address_is_believed_only_behind_our_proxy(
    visitor: Visitor, lane_memory: str, behind_proxy: bool, expected: int
) -> None:
    token = token_of(hung_sign())
    with override_settings(MEGDAN_BEHIND_PROXY=behind_proxy):
        for address in ("198.51.100.1", "9.9.9.9, 198.51.100.2"):
            nonce = visitor.get(f"/S/{token}").nonce
            fields = {"nonce": nonce, "score": "5"}
            visitor.post(f"/S/{token}", fields, HTTP_X_FORWARDED_FOR=address)
    (name,) = pulses.memory().scan_iter(match=f"{lane_memory}marks:*")
    assert pulses.memory().hlen(name) == expected


def test_everything_remembered_is_short_lived_and_names_nobody(
    visitor: Visitor, lane_memory: str
) -> None:
    visitor.rate(token_of(hung_sign()), 5)
    memory = pulses.memory()
    longest = {"used": 1860, "marks": 3600, "hour": 7200, "key": 26 * 3600}
    kinds = set()
    for name in memory.scan_iter(match=f"{lane_memory}*"):
        kind = name.decode().removeprefix(lane_memory).split(":")[0]
        kinds.add(kind)
        if kind in longest:
            assert 0 < memory.ttl(name) <= longest[kind]
    assert kinds == {*longest, "scans"}


def test_the_hour_counts_all_votes_and_tells_those_over_the_limit_apart(
    visitor: Visitor, lane_memory: str
) -> None:
    sign = hung_sign()
    for _ in range(VOTES_AN_HOUR + 3):
        visitor.rate(token_of(sign), 1)
    ((name, site, hour),) = pulses.hours(pulses.memory())
    # The hour of the town's clock, as its name in memory says it, without a zone.
    assert (site, hour) == (sign.site_id, dt.datetime(2026, 11, 22, 14))  # noqa: DTZ001
    counted, over = pulses.scores(pulses.memory(), name)
    assert (counted[0], over[0], sum(counted) + sum(over)) == (VOTES_AN_HOUR, 3, VOTES_AN_HOUR + 3)


def limiter() -> Limiter:
    return Limiter(settings.RATING_REDIS_URL, is_stated_memory_only=False)


def test_the_key_is_made_once_for_all_processes_and_anew_each_day(lane_memory: str) -> None:
    first, second = limiter().keys(NOW), limiter().keys(NOW)
    tomorrow = limiter().keys(NOW + dt.timedelta(days=1))
    assert first == second
    assert len({first.today, tomorrow.today}) == 2
    assert len(first.today) == 32
    assert tomorrow.yesterday is None


@pytest.mark.parametrize(
    "told",
    [
        {"save": {"save": "3600 1"}, "appendonly": {"appendonly": "no"}},
        {"save": {"save": ""}, "appendonly": {"appendonly": "yes"}},
        {"save": {}, "appendonly": {}},
    ],
)
def test_a_redis_that_writes_to_disk_keeps_the_lane_shut(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, told: Answers
) -> None:
    monkeypatch.setattr(redis.Redis, "config_get", lambda _self, name: told[name])
    reply = visitor.get(f"/S/{token_of(hung_sign())}")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "30")
    assert "promise of anonymity" in reply.text


def test_a_redis_that_hides_its_settings_needs_a_word(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden(*_: Any) -> None:
        raise NoPermissionError

    monkeypatch.setattr(redis.Redis, "config_get", hidden)
    path = f"/S/{token_of(hung_sign())}"
    assert visitor.get(path).status == 503
    with override_settings(MEGDAN_REDIS_MEMORY_ONLY=True):
        assert Visitor().get(path).status == 200


def test_without_redis_nothing_is_stored_anywhere(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    nonce = visitor.get(f"/S/{token}").nonce
    with override_settings(RATING_REDIS_URL="redis://127.0.0.1:1/0"):
        stranded = Visitor()
        assert stranded.get(f"/S/{token}").status == 503
        assert stranded.post(f"/S/{token}", {"nonce": nonce, "score": "5"}).status == 503
    assert asides() == []


def test_a_redis_that_goes_away_later_is_noticed(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(hung_sign())
    fields = {"nonce": visitor.get(f"/S/{token}").nonce, "score": "5"}

    def gone(*_: Any, **__: Any) -> None:
        raise RedisConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(visitor.lane.limiter, "_connection", gone)
        assert visitor.post(f"/S/{token}", fields).status == 503
    assert visitor.post(f"/S/{token}", fields).status == 200


def test_scripts_survive_a_restart_of_redis(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    visitor.rate(token, 5)
    pulses.memory().script_flush()
    assert visitor.rate(token, 5).status == 200


def test_a_vote_under_way_is_not_thanked_for(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(hung_sign())
    fields = {"nonce": visitor.get(f"/S/{token}").nonce, "score": "5"}
    with monkeypatch.context() as patch:
        # The process dies between the gate and the commit.
        patch.setattr(visitor.lane.limiter, "release", lambda _ticket: None)
        patch.setattr("sign_registry.intake.store_vote", lambda **_: 1 / 0)
        assert visitor.post(f"/S/{token}", fields).status == 503
    assert visitor.post(f"/S/{token}", fields).status == 503


def test_the_refusal_has_a_word_for_the_log() -> None:
    with pytest.raises(LaneClosedError, match="redis_down"):
        Limiter("redis://127.0.0.1:1/0", is_stated_memory_only=False).ensure_open(NOW)
