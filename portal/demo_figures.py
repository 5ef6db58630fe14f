"""Lets a demonstration town live through its year of votes: released, published, answered."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import transaction

from departments.access import ROLES_WITH, Right
from departments.models import Membership, Works
from portal.demo_ratings import Rated, Story, load_demo_ratings
from portal.demo_voices import load_demo_comments, load_demo_works
from satisfaction.models import Alert
from satisfaction.services.alerts import answer_alert, look_for_worsening
from satisfaction.services.open_files import freeze_open_files
from satisfaction.services.releasing import release_votes
from satisfaction.services.snapshots import make_snapshots
from zones.models import Municipality

Say = Callable[[str], None]

# Days between a worsening being found and its answer.
_THOUGHT_ABOUT = dt.timedelta(days=4)


@transaction.atomic
def load_demo_figures(
    *, path: Path, municipality: Municipality, now: dt.datetime, say: Say
) -> None:
    """Invent the votes of a town that has none; release and publish them as time would have."""
    story = load_demo_ratings(path=path, municipality=municipality, now=now, say=say)
    if story is None:
        return
    rated = Rated.of(municipality)
    works = load_demo_works(story=story, municipality=municipality, now=now)
    comments = load_demo_comments(story=story, rated=rated, municipality=municipality, now=now)
    noticed = now - dt.timedelta(days=story.facts["noticed"])
    alerts = 0
    for moment in (noticed, now):
        release_votes(now=moment, municipality=municipality)
        alerts += look_for_worsening(now=moment, municipality=municipality)
        _answer(story, works, municipality, moment + _THOUGHT_ABOUT)
    snapshots = make_snapshots(now=now, municipality=municipality)
    freeze_open_files(municipality=municipality)
    say(
        f"{municipality.slug}: {comments} invented comments, figures of {snapshots} periods, "
        f"{alerts} worsenings"
    )


def _answer(
    story: Story, works: Mapping[str, Works], municipality: Municipality, now: dt.datetime
) -> None:
    """The owner answers the worsenings that the file has works for."""
    for alert in Alert.objects.in_municipality(municipality).open().filter(site__code__in=works):
        office = works[alert.site.code].owner
        actor = (
            Membership.objects.in_municipality(municipality)
            .filter(role__in=ROLES_WITH[Right.OWN_SITES], department=office)
            .order_by("pk")[:1]
            .get()
        )
        answer_alert(
            alert=alert,
            actor=actor,
            now=now,
            works=works[alert.site.code],
            replies=story.facts["reply"],
        )
