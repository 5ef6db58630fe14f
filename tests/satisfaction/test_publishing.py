"""The Monday work runs by clock and by command, and a second time finds nothing to do."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config.schedule import SCHEDULE
from satisfaction.models import Snapshot, VoteBlock
from satisfaction.services.publishing import publish
from satisfaction.tasks import publish_figures, release_comments
from sign_registry.models import Comment
from submissions.models import Submission
from tests.factories.comments import comment_in
from tests.satisfaction.towns import seeded_town

pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2026, 8, 3, 2, tzinfo=dt.UTC)


def test_votes_become_figures_in_one_go() -> None:
    town = seeded_town(weeks=9)
    steps: list[tuple[int, int]] = []
    done = publish(now=AFTER, municipality=town.row, progress=lambda *step: steps.append(step))
    assert done.blocks == VoteBlock.objects.count() > 0
    assert done.snapshots == Snapshot.objects.count() == len(steps)
    assert Snapshot.objects.filter(files=None).count() == 0
    assert steps[-1] == (len(steps), len(steps))
    assert publish(now=AFTER, municipality=town.row) == (0, 0, 0)


def test_the_command_says_what_it_did() -> None:
    town, said = seeded_town(weeks=5), StringIO()
    call_command("publish_ratings", town.row.slug, stdout=said)
    assert "lots of votes released" in said.getvalue()
    assert Snapshot.objects.in_municipality(town.row).exists()


def test_an_unknown_town_is_bad_input() -> None:
    with pytest.raises(CommandError, match="no municipality") as refused:
        call_command("publish_ratings", "nowhere")
    assert refused.value.returncode == 2


def test_the_clock_wakes_both_tasks() -> None:
    seeded_town(weeks=5)
    publish_figures()
    assert Snapshot.objects.exists()
    assert {publish_figures.name, release_comments.name} <= {
        entry["task"] for entry in SCHEDULE.values()
    }


def test_comments_follow_the_votes_of_their_month() -> None:
    town = seeded_town(weeks=9)
    big = max(range(len(town.sites)), key=lambda place: town.votes[:, place].sum())
    comment_in(Submission.State.HELD, site=town.sites[big], month=dt.date(2026, 1, 1))
    release_comments()
    assert not Comment.objects.waiting().exists()
    publish_figures()
    release_comments()
    assert Comment.objects.waiting().named().count() == 1
