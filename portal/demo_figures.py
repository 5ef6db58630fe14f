"""Lets a demonstration town live through its year of votes: released, published, answered."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import transaction

from portal.demo_ratings import Rated, Story, load_demo_ratings
from portal.demo_voices import load_demo_comments, load_demo_works
from satisfaction.services.releasing import release_votes
from zones.days import civil_day
from zones.models import Municipality

Say = Callable[[str], None]


@transaction.atomic
def load_demo_figures(
    *, path: Path, municipality: Municipality, now: dt.datetime, say: Say
) -> None:
    """Invent the votes of a town that has none; publish them month by month, as time would have."""
    story = load_demo_ratings(path=path, municipality=municipality, now=now, say=say)
    if story is None:
        return
    rated = Rated.of(municipality)
    load_demo_works(story=story, municipality=municipality, now=now)
    comments = load_demo_comments(story=story, rated=rated, municipality=municipality, now=now)
    blocks = sum(
        release_votes(now=moment, municipality=municipality)
        for moment in _publishing_days(story, municipality, now)
    )
    say(f"{municipality.slug}: {comments} invented comments, {blocks} sets of votes released")


def _publishing_days(
    story: Story, municipality: Municipality, now: dt.datetime
) -> Iterator[dt.datetime]:
    """The first Monday after each month, at the hour of `now`, and `now` itself."""
    today = civil_day(now, municipality.timezone)
    monday = story.first_day + dt.timedelta(weeks=1)
    while monday < today - dt.timedelta(days=today.weekday()):
        if monday.day <= 7:
            yield now - (today - monday)
        monday += dt.timedelta(weeks=1)
    yield now
