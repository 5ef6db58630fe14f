"""Joins what each app lets a search by words find: ranked, grouped by kind, public things alone."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from consultations.finding import search_public as consultations
from departments.finding import search_public as works
from geo.matching.finding import asked_words, likeness
from incidents.present.finding import search_public as reports
from notifications.finding import search_public as news
from portal.help_pages import help_of
from sign_registry.finding import search_public as sites
from zones.findable import Findable
from zones.models import Municipality

Search = Callable[[Municipality, dt.datetime], list[Findable]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be found; `module` is what the town must have switched on."""

    code: str
    label: StrOrPromise
    search: Search
    module: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind, the best first."""

    kind: Kind
    rows: Sequence[Findable]


def help_pages(municipality: Municipality, now: dt.datetime) -> list[Findable]:
    """Help in the reader's language. No query."""
    return [
        Findable(
            title=str(one.title),
            path=f"/{municipality.slug}/help/{one.code}/",
            names={"": str(one.title)},
            texts={"": " ".join(f"{question} {answer}" for question, answer in one.answers)},
        )
        for one in help_of(municipality)
    ]


KINDS: tuple[Kind, ...] = (
    Kind("news", gettext_lazy("News"), news, "notices"),
    Kind("consultations", gettext_lazy("Consultations"), consultations, "consultations"),
    Kind("reports", gettext_lazy("Reports"), reports, "reports"),
    Kind("works", gettext_lazy("Works"), works),
    Kind("ratings", gettext_lazy("Rated places"), sites, "ratings"),
    Kind("help", gettext_lazy("Help"), help_pages),
)


def find_words(
    municipality: Municipality, question: str, *, now: dt.datetime, wanted: str = ""
) -> list[Found]:
    """What fits all words of a question, in any language of the town; kinds without any left out.

    Of equal fit, the newer first. At most four queries for each kind, whatever is found.
    """
    language = municipality.languages[0]
    asked = asked_words(question, language)
    if not asked:
        return []
    own = set(municipality.modules)
    found = [
        Found(kind, _best(kind.search(municipality, now), asked, language))
        for kind in KINDS
        if wanted in ("", kind.code) and (not kind.module or kind.module in own)
    ]
    return [one for one in found if one.rows]


def _best(rows: Sequence[Findable], asked: Sequence[str], language: str) -> list[Findable]:
    rated = [
        (likeness(asked, row.names.values(), row.texts.values(), language), row) for row in rows
    ]
    fitting = [(score, row) for score, row in rated if score]
    fitting.sort(key=lambda one: (-one[0], -(one[1].day or dt.date.min).toordinal(), one[1].path))
    return [row for _score, row in fitting]
