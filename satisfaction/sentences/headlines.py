"""Up to three statements of a period that hold; a figure that is uncertain is no headline."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satisfaction.facts import Fact, Kind
from satisfaction.sentences.claims import Says
from satisfaction.sentences.figures import sentence, statement

#: How many headlines a period has, at most.
HEADLINES = 3
_SURE = "shown"


def headlines(facts: Iterable[Fact], language: str) -> list[str]:
    """Three sentences that hold, or fewer: the town, what surely changed, what most voted on."""
    return [sentence(fact, language) for fact in headline_facts(facts)]


def fewer_hold(count: int, language: str) -> str:
    """What is said where fewer than three hold; nothing where all three do."""
    if count >= HEADLINES:
        return ""
    with translation.override(language):
        if not count:
            return _("No statement holds for this period yet: there are too few votes.")
        return ngettext(
            "Only %(count)s statement holds for this period; the rest is not certain enough.",
            "Only %(count)s statements hold for this period; the rest is not certain enough.",
            count,
        ) % {"count": count}


def headline_facts(facts: Iterable[Fact]) -> list[Fact]:
    """What the headlines are about, the most telling first; the same for the same figures."""
    sure = [fact for fact in facts if fact.state == _SURE and fact.score is not None]
    return sorted(sure, key=_weight)[:HEADLINES]


def _weight(fact: Fact) -> tuple[int, float, int, str]:
    said = statement(fact, "en")
    changed = said.says(Says.ROSE) or said.says(Says.FELL)
    rest = 3 if fact.kind is Kind.SITE else 2
    order = 0 if fact.kind is Kind.TOWN else 1 if changed else rest
    return (order, -_least_change(fact) if changed else 0, -fact.votes, said.text)


def _least_change(fact: Fact) -> float:
    """By how much it changed at least."""
    return min(abs(fact.change_low or 0), abs(fact.change_high or 0))
