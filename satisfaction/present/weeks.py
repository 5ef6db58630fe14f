"""What happened in a week: the news that the press office gets on Mondays, the same ever after."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.db.models import Min

from satisfaction.documents.week import WEEK, AlertNews, SignNews, WeekNews, monday_of
from satisfaction.facts import Fact
from satisfaction.models import Alert, SiteFigure, Snapshot, VoteBlock
from satisfaction.selection import fact_of_site
from sign_registry.models import Comment, Sign, SignEvent
from sign_registry.services.silence import silent_signs
from sign_registry.workflow import State
from zones.models import Municipality
from zones.names import in_language

#: So many risen and so many fallen places are named.
MOST_NAMED = 5
_BROKEN = (State.DAMAGED, State.MISSING, State.SUSPECTED_TAMPERED)


def mondays_of(municipality: Municipality, today: dt.date) -> list[dt.date]:
    """The Mondays that have news, newest first, since votes were first released."""
    span = VoteBlock.objects.in_municipality(municipality).aggregate(first=Min("released_on"))
    if span["first"] is None:
        return []
    first, last = monday_of(span["first"]), monday_of(today)
    if span["first"] > first:
        first += WEEK
    return [last - WEEK * back for back in range((last - first).days // 7 + 1)]


def week_news(municipality: Municipality, monday: dt.date, language: str) -> WeekNews:
    """What happened in the seven days up to a Monday."""
    week = (monday - WEEK + dt.timedelta(days=1), monday)
    moments = _moments(week, municipality.timezone)
    blocks = VoteBlock.objects.in_municipality(municipality).filter(released_on__range=week)
    made = Snapshot.objects.in_municipality(municipality).newest_first()
    snapshots = list(made.filter(made_at__range=moments))
    rose, fell = _moved(snapshots, municipality)
    alerts = Alert.objects.in_municipality(municipality).select_related("site", "works")
    order = list(municipality.languages)
    return WeekNews(
        town=in_language(municipality.names, order, language),
        monday=monday,
        votes=sum(block.votes for block in blocks),
        places=blocks.exclude(site=None).values("site").distinct().count(),
        figures=[one.code for one in snapshots],
        rose=rose[:MOST_NAMED],
        fell=fell[:MOST_NAMED],
        hung=_signs(_hung(municipality, week), order),
        broken=_signs(_broken(municipality, moments), order),
        silent=_signs(silent_signs(municipality, monday), order),
        comments=_comments(municipality, moments),
        found=[_alert(one, order) for one in alerts.filter(found_on__range=week).newest_first()],
        answered=[
            _alert(one, order) for one in alerts.filter(answered_on__range=week).newest_first()
        ],
        is_synthetic=municipality.datasets.filter(is_synthetic=True).exists(),
    )


def _moments(week: tuple[dt.date, dt.date], timezone: str) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last moment of some civil days."""
    clock = ZoneInfo(timezone)
    return (
        dt.datetime.combine(week[0], dt.time.min, clock),
        dt.datetime.combine(week[1], dt.time.max, clock),
    )


def _moved(snapshots: Sequence[Snapshot], town: Municipality) -> tuple[list[Fact], list[Fact]]:
    """Places that surely rose or fell in the figures of the week, the largest change first.

    A place that changed in the month and in the quarter is told once, by the shorter period.
    """
    order = list(town.languages)
    name = in_language(town.names, order)
    spans = [Snapshot.Span.MONTH, Snapshot.Span.QUARTER]
    told: dict[int, Fact] = {}
    for span in spans:
        of_span = [one.pk for one in snapshots if one.span == span][:1]
        figures = SiteFigure.objects.filter(snapshot__in=of_span, change_state__in=["up", "down"])
        for figure in figures.select_related("site", "category", "snapshot").order_by("site"):
            told.setdefault(figure.site_id, fact_of_site(figure, name, order))
    facts = sorted(told.values(), key=lambda fact: (-abs(fact.change or 0), fact.subject))
    return (
        [fact for fact in facts if fact.change_state == "up"],
        [fact for fact in facts if fact.change_state == "down"],
    )


def _hung(town: Municipality, week: tuple[dt.date, dt.date]) -> Iterable[Sign]:
    signs = Sign.objects.in_municipality(town).filter(installed_on__range=week)
    return signs.select_related("site").defer("site__geometry").order_by("number")


def _broken(town: Municipality, moments: tuple[dt.datetime, dt.datetime]) -> Iterable[Sign]:
    """Signs that were found damaged or missing in the week, whatever became of them since."""
    events = SignEvent.objects.in_municipality(town).filter(
        to_state__in=_BROKEN, recorded_at__range=moments
    )
    signs = Sign.objects.in_municipality(town).filter(pk__in=events.values("sign"))
    return signs.select_related("site").defer("site__geometry").order_by("number")


def _signs(signs: Iterable[Sign], order: Sequence[str]) -> list[SignNews]:
    return [
        SignNews(str(sign.number), in_language(sign.site.names, order) if sign.site else "")
        for sign in signs
    ]


def _comments(town: Municipality, moments: tuple[dt.datetime, dt.datetime]) -> int:
    """How many comments moderators released; a later erasure takes one away again."""
    return (
        Comment.objects.in_municipality(town)
        .shown()
        .filter(
            submission__decisions__state="released",
            submission__decisions__decided_at__range=moments,
        )
        .distinct()
        .count()
    )


def _alert(alert: Alert, order: Sequence[str]) -> AlertNews:
    return AlertNews(
        place=in_language(alert.site.names, order),
        since=alert.since,
        before=alert.score_before,
        after=alert.score_after,
        answer_due_on=alert.answer_due_on,
        works=in_language(alert.works.names, order) if alert.works else "",
        reply=in_language(alert.replies, order) if alert.replies else "",
    )
