"""A figure in whole sentences; what its interval does not carry is not said."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satisfaction.facts import Fact, Kind
from satisfaction.sentences.claims import Claim, Says, Statement
from satisfaction.sentences.numbers import (
    HUNDREDTH,
    TENTH,
    base_of,
    count_text,
    interval_text,
    score_text,
    share_text,
)
from satisfaction.sentences.periods import (
    ROLLING,
    period_before,
    period_label,
    period_phrase,
)
from satisfaction.statistics.change import SAME_WITHIN

COLLECTING, WIDE = "collecting", "wide"
#: Marks around a name, and the marks that take their place inside it.
QUOTES = {"en": ("“”", "‘’"), "ro": ("„”", "«»"), "bg": ("„“", "«»")}


def sentence(fact: Fact, language: str) -> str:
    """What may be said of a figure: score, interval, votes, period, and whether it changed."""
    return statement(fact, language).text


def statement(fact: Fact, language: str) -> Statement:
    """The sentence, and what it claims."""
    with translation.override(language):
        if fact.score is None or fact.low is None or fact.high is None or fact.state == COLLECTING:
            return _too_few(fact, language)
        said = _figure(fact, language)
        if fact.state == WIDE:
            uncertain = _("The figure is uncertain: there are few votes, or they differ much.")
            said += Statement(uncertain, (Claim(Says.UNCERTAIN),))
        if fact.change_low is None or fact.change_high is None or fact.period.span == ROLLING:
            return said
        return said + _change(fact, fact.change_low, fact.change_high, language)


def short(fact: Fact, language: str) -> str:
    """The figure as a heading: name, score, and how sure it is."""
    name = name_of(fact)
    with translation.override(language):
        if fact.score is None or fact.low is None or fact.high is None or fact.state == COLLECTING:
            return _("%(name)s: not yet enough votes") % {"name": name}
        return _("%(name)s: %(score)s out of 10 (between %(low)s and %(high)s)") % {
            "name": name,
            **_numbers(fact, fact.low, fact.high, language),
        }


def alt_text(fact: Fact, language: str) -> str:
    """The sentence and how the votes are spread, for those who do not see the picture."""
    said = sentence(fact, language)
    if fact.state == COLLECTING or fact.happy is None or fact.unhappy is None:
        return said
    with translation.override(language):
        spread = _("Of these votes, %(happy)s were 8 to 10 and %(unhappy)s were 1 to 4.") % {
            "happy": share_text(fact.happy, language),
            "unhappy": share_text(fact.unhappy, language),
        }
    return f"{said} {spread}"


def name_of(fact: Fact) -> str:
    """The name of what a figure is about, on one line."""
    return " ".join((fact.subject or fact.town).split())


def quoted(name: str, language: str) -> str:
    """A name in the quotation marks of a language; marks inside it are changed, not doubled."""
    outer, inner = QUOTES.get(base_of(language), QUOTES["en"])
    plain = " ".join(name.split())
    for opening, closing in ("“”", "„”", "„“", "«»"):
        if opening in plain and closing in plain:
            plain = plain.replace(opening, inner[0]).replace(closing, inner[1])
    return f"{outer[0]}{plain}{outer[1]}"


def _numbers(fact: Fact, low: float, high: float, language: str) -> dict[str, str]:
    printed = interval_text(low, high, language)
    return {
        "score": score_text(fact.score or 0, language),
        "low": printed[0],
        "high": printed[1],
        "votes": count_text(fact.votes, language),
    }


def _named(fact: Fact, language: str) -> dict[str, str]:
    return {
        "when": period_phrase(fact.period, language),
        "name": quoted(name_of(fact), language),
        "town": " ".join(fact.town.split()),
    }


def _figure(fact: Fact, language: str) -> Statement:
    numbers = _numbers(fact, fact.low or 0, fact.high or 0, language)
    words = {**_named(fact, language), **numbers}
    claims = (
        Claim(Says.SCORE, (words["score"],)),
        Claim(Says.INTERVAL, (words["low"], words["high"])),
        Claim(Says.VOTES, (words["votes"],)),
        Claim(Says.PERIOD, (words["when"],)),
    )
    return Statement(_FIGURES[fact.kind](fact.votes) % words, claims)


def _of_site(votes: int) -> str:
    return ngettext(
        "%(when)s, people who voted gave %(name)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s vote).",
        "%(when)s, people who voted gave %(name)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s votes).",
        votes,
    )


def _of_town(votes: int) -> str:
    return ngettext(
        "%(when)s, people who voted gave the places of %(town)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s vote).",
        "%(when)s, people who voted gave the places of %(town)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s votes).",
        votes,
    )


def _of_category(votes: int) -> str:
    return ngettext(
        "%(when)s, people who voted gave the places of the kind %(name)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s vote).",
        "%(when)s, people who voted gave the places of the kind %(name)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s votes).",
        votes,
    )


def _of_zone(votes: int) -> str:
    return ngettext(
        "%(when)s, people who voted gave the places in the area %(name)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s vote).",
        "%(when)s, people who voted gave the places in the area %(name)s %(score)s out of 10, "
        "between %(low)s and %(high)s (%(votes)s votes).",
        votes,
    )


def _of_small(votes: int) -> str:
    return ngettext(
        "%(when)s, people who voted gave the small places of the kind %(name)s, taken together, "
        "%(score)s out of 10, between %(low)s and %(high)s (%(votes)s vote).",
        "%(when)s, people who voted gave the small places of the kind %(name)s, taken together, "
        "%(score)s out of 10, between %(low)s and %(high)s (%(votes)s votes).",
        votes,
    )


_FIGURES: Mapping[Kind, Callable[[int], str]] = {
    Kind.SITE: _of_site,
    Kind.TOWN: _of_town,
    Kind.CATEGORY: _of_category,
    Kind.ZONE: _of_zone,
    Kind.SMALL: _of_small,
}


def _too_few(fact: Fact, language: str) -> Statement:
    words = _named(fact, language)
    texts = {
        Kind.SITE: _("%(when)s there were not yet enough votes for a figure of %(name)s."),
        Kind.TOWN: _("%(when)s there were not yet enough votes for a figure of %(town)s."),
        Kind.CATEGORY: _(
            "%(when)s there were not yet enough votes for a figure of the places of the kind "
            "%(name)s."
        ),
        Kind.ZONE: _(
            "%(when)s there were not yet enough votes for a figure of the places in the area "
            "%(name)s."
        ),
        Kind.SMALL: _(
            "%(when)s there were not yet enough votes for a figure of the small places of the kind "
            "%(name)s, even taken together."
        ),
    }
    claims = (Claim(Says.TOO_FEW), Claim(Says.PERIOD, (words["when"],)))
    return Statement(texts[fact.kind] % words, claims)


def _change(fact: Fact, low: float, high: float, language: str) -> Statement:
    """Whether it changed; a change that the printed interval would deny is not claimed."""
    before = period_label(period_before(fact.period), language)
    if fact.change_state == "up" and (step := _step(low)):
        least, most = interval_text(low, high, language, step)
        text = _("It rose since %(before)s, by between %(least)s and %(most)s points.")
        says = Says.ROSE
    elif fact.change_state == "down" and (step := _step(-high)):
        least, most = interval_text(-high, -low, language, step)
        text = _("It fell since %(before)s, by between %(least)s and %(most)s points.")
        says = Says.FELL
    elif fact.change_state == "same" and -SAME_WITHIN <= low <= 0 <= high <= SAME_WITHIN:
        least, most = interval_text(low, high, language)
        text = _(
            "That is about the same as in %(before)s: "
            "the change lies between %(least)s and %(most)s points."
        )
        says = Says.SAME
    else:
        least, most = interval_text(low, high, language)
        text = _(
            "We cannot tell whether it changed since %(before)s: "
            "the change lies between %(least)s and %(most)s points."
        )
        says = Says.UNKNOWN
    words = {"before": before, "least": least, "most": most}
    return Statement(text % words, (Claim(says, (least, most)),))


def _step(least: float) -> Decimal | None:
    """To how many decimals a sure change is printed so that rounding does not make it nought."""
    return next((step for step in (TENTH, HUNDREDTH) if least >= step), None)
