"""Gathers what the satisfaction report of a year tells, from figures that no longer change."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from departments.models import Works
from geo.metres import within_metres
from satisfaction.documents.year import MOST_REASONS, Done, Given, YearNews
from satisfaction.facts import Fact, Kind, Period
from satisfaction.models import Alert, Figure, GroupFigure, Snapshot, VoteBlock
from satisfaction.paths import open_data_path
from satisfaction.querysets import VoteBlockQuerySet
from satisfaction.selection import fact_of_group
from satisfaction.services.effects import MENDING, NEAR_M, Effect, effect_of_works
from satisfaction.services.releasing import reasons_of
from sign_registry.models import Comment, Sign, Site
from sign_registry.workflow import ANSWERING
from zones.models import Municipality
from zones.names import in_language

#: So many works are told, the newest first; more would be a register, not a report.
MOST_DONE = 20


def year_news(snapshot: Snapshot, *, origin: str, today: dt.date) -> YearNews:
    """What happened in the year of a snapshot.

    Args:
        origin: scheme and host of this installation, for the address in the citation.
    """
    town = snapshot.municipality
    order = list(town.languages)
    groups = list(
        GroupFigure.objects.of_snapshot(snapshot).select_related("category", "zone", "snapshot")
    )
    facts = [fact_of_group(one, in_language(town.names, order), order) for one in groups]
    blocks = VoteBlock.objects.in_municipality(town)
    blocks = blocks.for_months(snapshot.first_day, snapshot.until)
    alerts = Alert.objects.in_municipality(town).filter(
        found_on__gte=snapshot.first_day, found_on__lt=snapshot.until
    )
    return YearNews(
        town=next((one for one in facts if one.kind == Kind.TOWN), _nothing(snapshot)),
        country=town.country,
        address=origin + open_data_path(town.slug),
        votes=snapshot.votes,
        set_aside=snapshot.set_aside,
        places=snapshot.places,
        places_waiting=snapshot.places_waiting,
        signs=Sign.objects.in_municipality(town).in_state(*ANSWERING).count(),
        method=snapshot.method,
        categories=_named([one for one in facts if one.kind == Kind.CATEGORY]),
        zones=_named([one for one in facts if one.kind == Kind.ZONE]),
        reasons=_reasons(blocks),
        comments=_comments(snapshot),
        done=list(_done(snapshot)),
        falls=alerts.count(),
        falls_answered=alerts.answered().count(),
        is_public=snapshot.public_from <= today,
        public_from=snapshot.public_from,
    )


def _reasons(blocks: VoteBlockQuerySet) -> list[Given]:
    """The most frequent ones; kinds of place may share the words of a reason."""
    times: Counter[tuple[str, str]] = Counter()
    for tag, given in reasons_of(blocks):
        times[str(tag.get_band_display()), tag.name] += given
    return [Given(*words, given) for words, given in times.most_common(MOST_REASONS)]


def _nothing(snapshot: Snapshot) -> Fact:
    """The town in a year of too few votes."""
    town = snapshot.municipality
    return Fact(
        kind=Kind.TOWN,
        subject="",
        town=in_language(town.names, town.languages),
        period=Period(snapshot.span, snapshot.first_day, snapshot.until),
        votes=0,
        places=0,
        state=Figure.State.COLLECTING,
        score=None,
        low=None,
        high=None,
        code=snapshot.code,
        digest=snapshot.digest,
        is_synthetic=snapshot.is_synthetic,
    )


def _named(facts: list[Fact]) -> list[Fact]:
    """Those with a figure by their names, then those without one."""
    return sorted(facts, key=lambda fact: (fact.score is None, fact.subject))


def _comments(snapshot: Snapshot) -> int:
    of_town = Comment.objects.in_municipality(snapshot.municipality).shown()
    return of_town.filter(month__gte=snapshot.first_day, month__lt=snapshot.until).count()


def _done(snapshot: Snapshot) -> Iterator[Done]:
    """Works at rated places and replies to falls of the year, newest first."""
    town = snapshot.municipality
    found = [*_works(town, snapshot), *_replies(town, snapshot)]
    yield from sorted(found, key=lambda one: one.day, reverse=True)[:MOST_DONE]


def _works(town: Municipality, snapshot: Snapshot) -> Iterator[Done]:
    works = Works.objects.in_municipality(town).public().filter(kind__in=MENDING)
    begun = works.filter(starts_on__gte=snapshot.first_day, starts_on__lt=snapshot.until)
    for one in begun.newest_first()[:MOST_DONE]:
        if site := _place_of(one):
            effect = effect_of_works(works=one, site=site)
            yield _told(one.starts_on, site, in_language(one.names, town.languages), effect)


def _place_of(works: Works) -> Site | None:
    """The rated place that works lie at."""
    rated = Site.objects.in_municipality(works.municipality).public()
    near = rated.filter(within_metres("geometry", works.geometry, NEAR_M))
    return near.filter(vote_blocks__isnull=False).distinct().order_by("pk").first()


def _replies(town: Municipality, snapshot: Snapshot) -> Iterator[Done]:
    answered = Alert.objects.in_municipality(town).answered().filter(works__isnull=True)
    of_year = answered.filter(
        answered_on__gte=snapshot.first_day, answered_on__lt=snapshot.until
    ).select_related("site")
    for one in of_year.newest_first()[:MOST_DONE]:
        yield _told(one.answered_on or one.found_on, one.site, one.reply, None)


def _told(day: dt.date, site: Site, text: str, effect: Effect | None) -> Done:
    place = in_language(site.names, site.municipality.languages)
    if effect is None:
        return Done(day, place, text)
    return Done(day, place, text, effect.change, effect.low, effect.high)
