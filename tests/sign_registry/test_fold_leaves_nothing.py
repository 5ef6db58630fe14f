"""A fold leaves no deleted rows behind, and does its work also where it cannot clear up at once."""

import datetime as dt
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, connections

from sign_registry.models import RatingInbox, RatingTally
from sign_registry.services.ratings import fold_inboxes
from tests.factories.sites import rated_site

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"])]

NOW = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)


def a_vote() -> None:
    """One row that waits."""
    RatingInbox.objects.create(site=rated_site(), day=NOW.date(), day_part=1, score=7)


def file_of_inbox() -> str:
    """The file the inbox lies in now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filepath('sign_registry_ratinginbox')")
        return str(cursor.fetchone()[0])


def test_the_inbox_gets_a_new_file_with_every_fold(lane_memory: str) -> None:
    a_vote()
    before = file_of_inbox()
    assert fold_inboxes(now=NOW).votes == 1
    assert file_of_inbox() != before


def test_somebody_in_the_way_does_not_stop_the_fold(lane_memory: str) -> None:
    a_vote()
    before = file_of_inbox()
    parameters = connections["owner"].get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    with closing(psycopg2.connect(**wanted)) as reader:
        reader.cursor().execute("SELECT count(*) FROM sign_registry_ratinginbox")
        assert fold_inboxes(now=NOW).votes == 1
    assert sum(RatingTally.objects.get().counted) == 1
    assert file_of_inbox() == before
    fold_inboxes(now=NOW)
    assert file_of_inbox() != before
