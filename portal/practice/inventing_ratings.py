"""Invents some weeks of votes at rated places of a practice copy, released as in a real town."""

from django.db.models import Q

from portal.demo_ratings import Rated, Story, plant_votes
from portal.demo_votes import Plan
from portal.practice.frame import Practice
from satisfaction.services.releasing import release_votes
from satisfaction.services.snapshots import make_snapshots
from sign_registry.models import Site
from zones.days import civil_day

WEEKS, PLACES, SEED = 12, 40, 7
#: Enough votes that most places have a figure.
VOLUME = 4.0


def invent_ratings(practice: Practice) -> int:
    """Votes at the first places on the map; gives how many."""
    town = practice.town
    if "ratings" not in town.modules:
        return 0
    open_ones = Site.objects.in_municipality(town).filter(
        Q(kind=Site.Kind.POINT), closed_on=None, geometry__isnull=False
    )
    chosen = list(open_ones.order_by("code").values_list("pk", flat=True)[:PLACES])
    if not chosen:
        return 0
    today = civil_day(practice.now, town.timezone)
    story = Story.ending(today, weeks=WEEKS, seed=SEED)
    rated = Rated.among(Site.objects.filter(pk__in=chosen))
    plan = Plan(SEED, story.last_day, story.days, volume=VOLUME)
    votes = plant_votes(story=story, rated=rated, plan=plan, today=today)
    release_votes(now=practice.now, municipality=town)
    make_snapshots(now=practice.now, municipality=town)
    return votes
