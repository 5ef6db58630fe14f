"""The yearly report on satisfaction in words and tables: what was asked, said, and done."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satisfaction.documents.sheets import Rows, Section, Sheet
from satisfaction.facts import Fact
from satisfaction.sentences import (
    citation,
    count_text,
    interval_text,
    period_label,
    score_text,
    sentence,
)

#: So many reasons of each kind are named.
MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class Given:
    """A reason and how often it was given."""

    band: str
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class Done:
    """What the town did at a place, and the votes before and after it where there are enough."""

    day: dt.date
    place: str
    text: str
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class YearNews:
    """Everything the report of a year is made of."""

    town: Fact
    country: str
    address: str
    votes: int
    set_aside: int
    places: int
    places_waiting: int
    signs: int
    method: str
    categories: Sequence[Fact]
    zones: Sequence[Fact]
    reasons: Sequence[Given]
    comments: int
    done: Sequence[Done]
    falls: int
    falls_answered: int
    is_public: bool
    public_from: dt.date


def year_sheet(news: YearNews, language: str) -> Sheet:
    """The report as page and PDF show it."""
    with translation.override(language):
        return Sheet(
            title=year_title(news),
            lead=sentence(news.town, language),
            sections=[
                *_law(news),
                _method(news, language),
                *_scores(news, language),
                _said(news, language),
                _done(news, language),
                _limits(),
            ],
            footer=citation(news.town, news.address, language),
            language=language,
            warning=_warning(news),
        )


def year_title(news: YearNews) -> str:
    """Whose report it is, and of which year."""
    return _("%(town)s: satisfaction report %(year)s") % {
        "town": news.town.town,
        "year": news.town.period.first_day.year,
    }


def _warning(news: YearNews) -> str:
    said = []
    if news.town.is_synthetic:
        said.append(_("Invented for the demonstration."))
    if not news.is_public:
        day = date_format(news.public_from, "DATE_FORMAT")
        said.append(_("Not public before %(day)s.") % {"day": day})
    return " ".join(said)


def _law(news: YearNews) -> Iterator[Section]:
    """Only Bulgarian municipalities owe this report by a rule that we know of."""
    if news.country != "BG":
        return
    yield Section(
        _("What this report is for"),
        [
            _(
                "The Ordinance on administrative service, article 24, asks for a report on the "
                "satisfaction of users each year, published by 1 April of the next one. This text "
                "is what the ratings of places give for it; the town adds its other sources."
            )
        ],
    )


def _method(news: YearNews, language: str) -> Section:
    period = period_label(news.town.period, language)
    numbers = [
        (_("Period"), period),
        (_("Votes counted"), count_text(news.votes, language)),
        (_("Votes set aside by rules against misuse"), count_text(news.set_aside, language)),
        (_("Places with a figure of their own"), count_text(news.places, language)),
        (_("Places with too few votes for one"), count_text(news.places_waiting, language)),
        (_("Signs that hang today"), count_text(news.signs, language)),
        (_("Method"), _("version %(version)s") % {"version": news.method}),
    ]
    return Section(
        _("How people were asked"),
        [
            _(
                "Signs with a code hang at places of the town. Whoever scans one, or types its "
                "address, gives 1 to 10 points to that place, without an account and without a "
                "name; reasons and a comment can follow."
            ),
            _(
                "Votes are counted in groups of at least ten, so that no single vote can be "
                "recognised. Scores of places with few votes lean towards the average of their "
                "kind. Each score stands with the interval in which it lies in 95 of 100 cases."
            ),
        ],
        table=Rows((_("What"), _("How many")), numbers, (3, 2)),
    )


def _scores(news: YearNews, language: str) -> Iterator[Section]:
    for title, note, facts in (
        (_("By kind of place"), "", news.categories),
        (
            _("By area"),
            _("Each area as if it had the same mix of kinds of place."),
            news.zones,
        ),
    ):
        if facts:
            columns = (_("Name"), _("Score and interval"), _("Votes"), _("Since the year before"))
            rows = [_row(fact, language) for fact in facts]
            yield Section(
                title, [note] if note else [], table=Rows(columns, rows, (3, 2.4, 1.1, 2.2))
            )


def _row(fact: Fact, language: str) -> tuple[str, str, str, str]:
    if fact.score is None or fact.low is None or fact.high is None:
        return fact.subject, _("not yet enough votes"), "–", "–"
    low, high = interval_text(fact.low, fact.high, language)
    score = _("%(score)s (between %(low)s and %(high)s)") % {
        "score": score_text(fact.score, language),
        "low": low,
        "high": high,
    }
    return fact.subject, score, count_text(fact.votes, language), _change(fact)


def _change(fact: Fact) -> str:
    if fact.change is None:
        return "–"
    return {
        "up": _("rose"),
        "down": _("fell"),
        "same": _("about the same"),
    }.get(fact.change_state, _("cannot be told"))


def _said(news: YearNews, language: str) -> Section:
    comments = ngettext(
        "%(comments)s comment was released after moderation.",
        "%(comments)s comments were released after moderation.",
        news.comments,
    ) % {"comments": count_text(news.comments, language)}
    rows = [(one.reason, one.band, count_text(one.times, language)) for one in news.reasons]
    return Section(
        _("What people said"),
        [comments, *([] if rows else [_("No reasons were given.")])],
        table=Rows((_("Reason"), _("With scores of"), _("Times")), rows, (4, 2, 1)),
    )


def _done(news: YearNews, language: str) -> Section:
    falls = _("Worsenings found: %(found)s; answered by their owners: %(answered)s.") % {
        "found": count_text(news.falls, language),
        "answered": count_text(news.falls_answered, language),
    }
    rows = [
        (date_format(one.day, "SHORT_DATE_FORMAT"), one.place, one.text, _effect(one, language))
        for one in news.done
    ]
    columns = (_("Day"), _("Place"), _("What was done"), _("Votes before and after"))
    return Section(
        _("What the town did"),
        [falls, *([] if rows else [_("No works at rated places were entered.")])],
        table=Rows(columns, rows, (1.2, 2.4, 3, 2.4)),
    )


def _effect(one: Done, language: str) -> str:
    if one.change is None or one.low is None or one.high is None:
        return _("not yet enough votes")
    low, high = interval_text(one.low, one.high, language)
    ends = {"low": low, "high": high}
    if one.low > 0:
        return _("rose by between %(low)s and %(high)s points") % ends
    if one.high < 0:
        low, high = interval_text(-one.high, -one.low, language)
        return _("fell by between %(low)s and %(high)s points") % {"low": low, "high": high}
    return _("no certain change (between %(low)s and %(high)s points)") % ends


def _limits() -> Section:
    return Section(
        _("What these figures cannot say"),
        items=[
            _("They are about those who voted, who chose themselves, not about all residents."),
            _("A place without a sign, or one that few people visit, has no figure."),
            _("A change of votes after works is no proof that the works caused it."),
            _("Kinds of place answer different questions; compare a place with its own kind."),
        ],
    )
