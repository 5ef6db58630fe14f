"""Votes: which are counted, once, and what is stored of them."""

import datetime as dt
from zoneinfo import ZoneInfo

import psycopg2
import pytest
from django.db import connections
from psycopg2.extras import DateTimeTZRange

from sign_registry import intake
from sign_registry.models import RatingInbox, Sign, Site, VehicleAssignment
from sign_registry.workflow import ANSWERING, State
from tests.factories.signs import SignCodeFactory
from tests.factories.sites import LineFactory, SitePeriodFactory, VehicleFactory
from tests.sign_registry.lane_visitor import NOW, Visitor, hung_sign, token_of

HOUR = dt.timedelta(hours=1)


def stored() -> list[RatingInbox]:
    return list(RatingInbox.objects.all())


def test_a_vote_is_stored_with_the_towns_day_and_part_of_day(visitor: Visitor) -> None:
    sign = hung_sign()
    assert visitor.rate(token_of(sign), 8).status == 200
    (vote,) = stored()
    assert (vote.site, vote.line, vote.score, vote.is_set_aside) == (sign.site, None, 8, False)
    assert (vote.day, vote.day_part) == (dt.date(2026, 11, 22), 2)


@pytest.mark.parametrize("hour", range(24))
def test_the_part_of_day_is_that_of_the_town(visitor: Visitor, hour: int) -> None:
    sign = hung_sign()
    visitor.now = dt.datetime(2026, 11, 22, hour, 59, tzinfo=dt.UTC)
    visitor.rate(token_of(sign), 3)
    (vote,) = stored()
    wall = visitor.now.astimezone(ZoneInfo("Europe/Bucharest"))
    assert (vote.day, vote.day_part) == (wall.date(), wall.hour // 6)


def test_a_code_is_taken_however_it_is_written(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    nonce = visitor.get(f"/S/{token}").nonce
    written = f"/s/{token[:3]} {token[3:6]}-{token[6:]}/".lower()
    assert visitor.post(written, {"nonce": nonce, "score": "5"}).status == 200
    assert len(stored()) == 1


def test_a_page_sent_twice_counts_once(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    fields = {"nonce": visitor.get(f"/S/{token}").nonce, "score": "9"}
    first, again = (visitor.post(f"/S/{token}", fields) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert len(stored()) == 1


@pytest.mark.parametrize("score", ["", "0", "11", "-1", "8.0", "٨", "8 ", "1e1", "null"])
def test_what_is_no_score_asks_again_in_a_sentence(visitor: Visitor, score: str) -> None:
    token = token_of(hung_sign())
    fields = {"nonce": visitor.get(f"/S/{token}").nonce, "score": score}
    reply = visitor.post(f"/S/{token}", fields, HTTP_ACCEPT_LANGUAGE="en")
    assert reply.status == 400
    assert 'role="alert">Choose a number' in reply.text
    assert stored() == []


def test_a_page_open_for_too_long_keeps_the_choice(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    nonce = visitor.get(f"/S/{token}").nonce
    visitor.now += dt.timedelta(minutes=32)
    given = {"nonce": nonce, "score": "7"}
    reply = visitor.post(f"/S/{token}", given, HTTP_ACCEPT_LANGUAGE="en")
    assert (reply.status, 'value="7" data-word="good" checked' in reply.text) == (400, True)
    visitor.post(f"/S/{token}", {"nonce": reply.nonce, "score": "7"})
    assert len(stored()) == 1


def test_a_number_of_another_sign_does_not_count(visitor: Visitor) -> None:
    nonce = visitor.get(f"/S/{token_of(hung_sign())}").nonce
    other = token_of(hung_sign())
    assert visitor.post(f"/S/{other}", {"nonce": nonce, "score": "7"}).status == 400
    assert stored() == []


def test_a_page_of_before_midnight_counts_after_it(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    visitor.now = dt.datetime(2026, 11, 22, 23, 50, tzinfo=dt.UTC)
    nonce = visitor.get(f"/S/{token}").nonce
    visitor.now = dt.datetime(2026, 11, 23, 0, 10, tzinfo=dt.UTC)
    assert visitor.post(f"/S/{token}", {"nonce": nonce, "score": "7"}).status == 200


@pytest.mark.parametrize("state", list(Sign.State))
def test_only_a_sign_that_hangs_takes_votes(visitor: Visitor, state: str) -> None:
    sign = hung_sign()
    token = token_of(sign)
    nonce = visitor.get(f"/S/{token}").nonce
    Sign.objects.filter(pk=sign.pk).update(state=state)
    reply = visitor.post(f"/S/{token}", {"nonce": nonce, "score": "7"})
    counts = State(state) in ANSWERING
    assert (reply.status == 200, len(stored())) == (counts, int(counts))


@pytest.mark.parametrize(
    ("grace", "state", "counts"),
    [
        (HOUR, "replaced", True),
        (HOUR, "installed", True),
        (-HOUR, "replaced", False),
        (None, "installed", False),
        (HOUR, "retired", False),
        (HOUR, "missing", False),
        (HOUR, "suspected_tampered", False),
    ],
)
def test_an_old_code_counts_in_its_grace_only(
    visitor: Visitor, grace: dt.timedelta | None, state: str, counts: bool
) -> None:
    sign = hung_sign(state=state)
    until = None if grace is None else NOW + grace
    old = SignCodeFactory.create(sign=sign, ended_at=NOW - 2 * HOUR, grace_until=until)
    assert intake.store_vote(token=old.token, score=5, is_set_aside=False, now=NOW) is counts


@pytest.mark.parametrize(
    "change",
    [
        {"closed_on": dt.date(2026, 11, 22)},
        {"opened_on": dt.date(2026, 11, 23)},
    ],
)
def test_a_place_that_is_not_open_takes_no_votes(
    visitor: Visitor, change: dict[str, dt.date]
) -> None:
    sign = hung_sign()
    Site.objects.filter(signs=sign).update(**change)
    assert not intake.store_vote(token=token_of(sign), score=5, is_set_aside=False, now=NOW)


def test_a_sign_of_another_purpose_takes_no_votes(visitor: Visitor) -> None:
    sign = hung_sign(purpose="registration")
    assert not intake.store_vote(token=token_of(sign), score=5, is_set_aside=False, now=NOW)


def test_a_vehicle_is_rated_with_the_line_it_serves_now(visitor: Visitor) -> None:
    bus = VehicleFactory.create()
    SitePeriodFactory.create(site=bus)
    served = [LineFactory.create(municipality=bus.municipality) for _ in range(2)]
    noon = DateTimeTZRange(NOW - HOUR, NOW + HOUR)
    for line, period in zip(served, (noon, DateTimeTZRange(NOW + HOUR, None)), strict=True):
        VehicleAssignment.objects.create(vehicle=bus, line=line, period=period)
    token = token_of(hung_sign(bus))
    visitor.rate(token, 4)
    visitor.now = NOW + 2 * HOUR
    visitor.rate(token, 4)
    assert {vote.line for vote in stored()} == set(served)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_lost_connection_is_made_anew(outside_visitor: Visitor) -> None:
    token = token_of(hung_sign())
    outside_visitor.rate(token, 4)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename LIKE '%_rating' AND datname = current_database()"
        )
    assert outside_visitor.rate(token, 4).status == 200
    assert len(stored()) == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_database_nothing_is_lost_but_time(
    outside_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(hung_sign())
    fields = {"nonce": outside_visitor.get(f"/S/{token}").nonce, "score": "6"}

    def away(*_: object, **__: object) -> None:
        raise psycopg2.OperationalError

    with monkeypatch.context() as patch:
        intake.close()
        patch.setattr(psycopg2, "connect", away)
        reply = outside_visitor.post(f"/S/{token}", fields)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "30")
    assert outside_visitor.post(f"/S/{token}", fields).status == 200
    assert len(stored()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_lanes_role_adds_votes_and_can_read_none(outside_visitor: Visitor) -> None:
    outside_visitor.rate(token_of(hung_sign()), 4)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        intake.rows("SELECT * FROM sign_registry_ratinginbox", {})
