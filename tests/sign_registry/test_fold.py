"""Folding: exact while votes come in, all or nothing, in random order, and nothing else is kept."""

import datetime as dt
import threading
import uuid
from collections import Counter

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from sign_registry import fold, pulses
from sign_registry.models import (
    Comment,
    CommentInbox,
    RatingInbox,
    RatingTally,
    ReasonInbox,
    ReasonTally,
    SetAsideCase,
    SignPulse,
    Site,
)
from sign_registry.services import ratings, set_aside
from sign_registry.services.ratings import fold_inboxes
from tests.factories.ratings import RatingTallyFactory, votes
from tests.factories.signs import SignFactory
from tests.factories.sites import LineFactory, ReasonTagFactory, SiteFactory

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 22)


def vote(site: Site, score: int, **fields: object) -> RatingInbox:
    return RatingInbox(site=site, day=DAY, day_part=2, score=score, **fields)


@pytest.mark.django_db
def test_a_fold_agrees_with_counting_one_by_one(lane_memory: str) -> None:
    sites, line = SiteFactory.create_batch(3), LineFactory.create()
    rows = [
        RatingInbox(
            site=sites[n % 3],
            line=line if n % 2 else None,
            day=DAY - dt.timedelta(days=n % 5),
            day_part=n % 4,
            score=n % 10 + 1,
            is_set_aside=n % 7 == 0,
        )
        for n in range(400)
    ]
    expected: Counter[object] = Counter(
        (row.site_id, row.line_id, row.day, row.day_part, row.score, row.is_set_aside)
        for row in rows
    )
    for half in (rows[:200], rows[200:]):
        RatingInbox.objects.bulk_create(half)
        assert fold_inboxes(now=NOW).votes == 200
    found: Counter[object] = Counter()
    for tally in RatingTally.objects.all():
        for is_aside, counters in ((False, tally.counted), (True, tally.set_aside)):
            for score, count in enumerate(counters, 1):
                key = (tally.site_id, tally.line_id, tally.day, tally.day_part, score, is_aside)
                found[key] += count
    assert +found == expected
    assert not RatingInbox.objects.exists()


@pytest.mark.django_db
def test_an_empty_fold_changes_nothing(lane_memory: str) -> None:
    RatingTallyFactory.create()
    assert fold_inboxes(now=NOW) == ratings.Folded(0, 0, 0)
    assert RatingTally.objects.get().counted == votes(s8=1)


@pytest.mark.django_db
def test_votes_that_came_in_set_aside_make_a_case_in_the_open(lane_memory: str) -> None:
    site = SiteFactory.create()
    for _ in range(2):
        RatingInbox.objects.bulk_create([vote(site, 1, is_set_aside=True), vote(site, 7)])
        fold_inboxes(now=NOW)
    case = SetAsideCase.objects.get()
    assert (case.rule, case.moved, case.values) == ("limit", votes(s1=2), {"votes": 2})
    assert RatingTally.objects.get().set_aside == votes(s1=2)


@pytest.mark.django_db
def test_votes_of_a_site_that_is_gone_are_dropped(lane_memory: str) -> None:
    gone = SiteFactory.create()
    RatingInbox.objects.bulk_create([vote(gone, 1), vote(SiteFactory.create(), 2)])
    Site.objects.filter(pk=gone.pk)._raw_delete("default")
    assert fold_inboxes(now=NOW).votes == 1


@pytest.mark.django_db
def test_reasons_are_summed_by_month(lane_memory: str) -> None:
    site, tag = SiteFactory.create(), ReasonTagFactory.create()
    month = DAY.replace(day=1)
    for _ in range(2):
        ReasonInbox.objects.bulk_create(
            [ReasonInbox(site=site, month=month, reason=tag) for _ in range(3)]
        )
        fold_inboxes(now=NOW)
    assert ReasonTally.objects.get().given == 6
    assert not ReasonInbox.objects.exists()


@pytest.mark.django_db
def test_comments_are_held_and_dated_by_month(lane_memory: str) -> None:
    site, month = SiteFactory.create(), DAY.replace(day=1)
    rows = [("place", "Dark […]", 1), ("sign", "", 0)]
    for about, text, masked in rows:
        CommentInbox.objects.create(site=site, month=month, about=about, text=text, masked=masked)
    assert fold_inboxes(now=NOW).comments == 2
    found = Comment.objects.select_related("submission").order_by("about")
    told = [(one.about, one.submission.text, one.submission.masked) for one in found]
    assert told == rows
    assert {(one.submission.state, one.submission.received_on) for one in found} == {
        ("held", month)
    }


@pytest.mark.django_db
def test_scans_become_pulses_once(lane_memory: str) -> None:
    sign = SignFactory.create(state="installed")
    for _ in range(2):
        name = pulses.week_name("2026-11-16")
        pulses.memory().hset(name, mapping={str(sign.pk): "3", "999999": "4"})
        fold_inboxes(now=NOW)
        fold_inboxes(now=NOW)
    assert SignPulse.objects.get().scans == 6


@pytest.mark.django_db
def test_votes_are_folded_while_redis_is_away(settings: object) -> None:
    settings.RATING_REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    RatingInbox.objects.bulk_create([vote(SiteFactory.create(), 1)])
    assert fold_inboxes(now=NOW).votes == 1


@pytest.mark.django_db
def test_a_fold_that_dies_leaves_every_row(
    lane_memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    RatingInbox.objects.bulk_create([vote(SiteFactory.create(), 1)])
    monkeypatch.setattr(fold, "fold_reasons", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fold_inboxes(now=NOW)
    assert (RatingInbox.objects.count(), RatingTally.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_the_command_says_what_it_did(lane_memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    RatingInbox.objects.bulk_create([vote(SiteFactory.create(), 1)])
    call_command("fold_ratings", "--old")
    assert capsys.readouterr().out.splitlines()[0].startswith("1 ratings folded")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_while_votes_come_in(lane_memory: str) -> None:
    sites = SiteFactory.create_batch(3)
    numbers, each = [site.pk for site in sites], 300

    def press() -> None:
        raw = psycopg2.connect(**connections["rating"].get_connection_params())
        raw.autocommit = True
        with raw.cursor() as cursor:
            for n in range(each):
                values = (str(uuid.uuid4()), numbers[n % 3], DAY, n % 10 + 1)
                cursor.execute(
                    "INSERT INTO sign_registry_ratinginbox (id, site_id, day, day_part, score, "
                    "is_set_aside) VALUES (%s, %s, %s, 2, %s, false)",
                    values,
                )
        raw.close()

    def keep_folding() -> None:
        while any(thread.is_alive() for thread in pressing):
            fold_inboxes(now=NOW)
        connection.close()

    pressing = [threading.Thread(target=press) for _ in range(3)]
    folding = [threading.Thread(target=keep_folding) for _ in range(2)]
    for thread in (*pressing, *folding):
        thread.start()
    for thread in (*pressing, *folding):
        thread.join()
    fold_inboxes(now=NOW)
    total = sum(sum(tally.counted) for tally in RatingTally.objects.all())
    assert (total, RatingTally.objects.count()) == (3 * each, 3)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_fold_killed_in_the_middle_loses_and_doubles_nothing(
    lane_memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteFactory.create()
    RatingInbox.objects.bulk_create([vote(site, 1) for _ in range(5)])

    def die() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    with monkeypatch.context() as patch:
        patch.setattr(fold, "fold_reasons", die)
        with pytest.raises(Exception, match=r"terminat|closed"):
            fold_inboxes(now=NOW)
    connection.close()
    assert RatingInbox.objects.count() == 5
    fold_inboxes(now=NOW)
    assert RatingTally.objects.get().counted == votes(s1=5)


@pytest.mark.django_db
def test_tallies_are_written_in_random_order(lane_memory: str) -> None:
    """Seven sites fall into the order they came in once in 5,040 folds; four times is no chance."""
    sites = SiteFactory.create_batch(7)
    in_order = 0
    for _ in range(4):
        RatingTally.objects.all().delete()
        RatingInbox.objects.bulk_create([vote(site, 1) for site in sites])
        fold_inboxes(now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT site_id FROM sign_registry_ratingtally ORDER BY ctid")
            in_order += [row[0] for row in cursor.fetchall()] == [site.pk for site in sites]
    assert in_order < 4


def test_services_of_ratings_know_the_rules_by_name() -> None:
    assert {set_aside.BURST, set_aside.LIMIT} == {"burst", "limit"}
