"""The news of a week in words: what the press office reads on Mondays."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satisfaction.documents.sheets import Section, Sheet
from satisfaction.facts import Fact
from satisfaction.sentences import count_text, score_text, sentence

WEEK = dt.timedelta(weeks=1)
#: So many signs are named; the rest stand on the pages of signs.
MOST_SIGNS = 10


@dataclass(frozen=True, slots=True)
class SignNews:
    """A sign, by its number and its place."""

    number: str
    place: str


@dataclass(frozen=True, slots=True)
class AlertNews:
    """A worsening that was found or answered."""

    place: str
    since: dt.date
    before: float
    after: float
    answer_due_on: dt.date
    works: str
    reply: str


@dataclass(frozen=True, slots=True)
class WeekNews:
    """The news of the seven days up to a Monday, that day included."""

    town: str
    monday: dt.date
    votes: int
    places: int
    figures: Sequence[str]  # codes of the figures made in the week
    rose: Sequence[Fact]
    fell: Sequence[Fact]
    hung: Sequence[SignNews]
    broken: Sequence[SignNews]
    silent: Sequence[SignNews]
    comments: int
    found: Sequence[AlertNews]
    answered: Sequence[AlertNews]
    is_synthetic: bool

    @property
    def is_certain(self) -> bool:
        """Whether any change is certain enough to be told."""
        return bool(self.rose or self.fell or self.found)


def monday_of(day: dt.date) -> dt.date:
    """The Monday on or before a day."""
    return day - dt.timedelta(days=day.weekday())


def week_sheet(news: WeekNews, language: str) -> Sheet:
    """The week as a page, a letter or a PDF tells it."""
    with translation.override(language):
        return Sheet(
            title=week_title(news, language),
            lead=_lead(news, language),
            sections=[*_changes(news, language), *_falls(news, language), *_signs(news)],
            footer=_("Megdan, for the staff of %(town)s; not for publication as it stands.")
            % {"town": news.town},
            language=language,
            warning=_("Invented for the demonstration.") if news.is_synthetic else "",
        )


def week_title(news: WeekNews, language: str) -> str:
    """Whose week it is, and which."""
    with translation.override(language):
        return _("%(town)s: the week up to %(day)s") % {
            "town": news.town,
            "day": date_format(news.monday, "DATE_FORMAT"),
        }


def _lead(news: WeekNews, language: str) -> str:
    votes = ngettext(
        "%(votes)s vote was newly counted.", "%(votes)s votes were newly counted.", news.votes
    ) % {"votes": count_text(news.votes, language)}
    comments = ngettext(
        "%(comments)d comment was released.", "%(comments)d comments were released.", news.comments
    ) % {"comments": news.comments}
    certain = "" if news.is_certain else _("Nothing certain changed.")
    return " ".join(part for part in (certain, votes, comments) if part)


def _changes(news: WeekNews, language: str) -> Iterator[Section]:
    if news.figures and not (news.rose or news.fell):
        yield Section(
            _("New figures"),
            [_("New figures were made this week; no change in them is certain.")],
            [", ".join(news.figures)],
        )
    if not news.figures:
        yield Section(
            _("New figures"),
            [_("None this week: figures are made when a month, a quarter or a year is over.")],
        )
    for title, facts in ((_("Rose"), news.rose), (_("Fell"), news.fell)):
        if facts:
            yield Section(title, items=[sentence(fact, language) for fact in facts])


def _falls(news: WeekNews, language: str) -> Iterator[Section]:
    if news.found:
        yield Section(
            _("Worsenings found"),
            [_("Until the owner has replied, such a place is not published alone.")],
            [_fall(one, language) for one in news.found],
        )
    if news.answered:
        yield Section(_("Worsenings answered"), items=[_answer(one) for one in news.answered])


def _fall(one: AlertNews, language: str) -> str:
    return _("%(place)s: from %(before)s to %(after)s since %(since)s; answer due by %(due)s.") % {
        "place": one.place,
        "before": score_text(one.before, language),
        "after": score_text(one.after, language),
        "since": date_format(one.since, "DATE_FORMAT"),
        "due": date_format(one.answer_due_on, "DATE_FORMAT"),
    }


def _answer(one: AlertNews) -> str:
    said = " ".join(part for part in (one.works, one.reply) if part)
    return f"{one.place}: {said}" if said else one.place


def _signs(news: WeekNews) -> Iterator[Section]:
    lists = (
        (_("New signs"), news.hung),
        (_("Signs found damaged or missing"), news.broken),
        (_("Signs that fell silent"), news.silent),
    )
    for title, signs in lists:
        if signs:
            yield Section(f"{title} ({len(signs)})", items=list(_named(signs)))


def _named(signs: Sequence[SignNews]) -> Iterator[str]:
    for sign in signs[:MOST_SIGNS]:
        yield " · ".join(part for part in (sign.number, sign.place) if part)
    if (left := len(signs) - MOST_SIGNS) > 0:
        yield ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left}
