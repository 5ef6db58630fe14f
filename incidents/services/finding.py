"""Finds what somebody means by a few typed words among the kinds of faults a town takes."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from geo.matching import fold
from incidents.models import Category

LONGEST = 80
_WORD = re.compile(r"\w+")
#: So alike that one letter was mistyped.
_ALIKE = 78.0
_SHORTEST_FUZZY = 4


def find_categories(categories: Sequence[Category], text: str) -> list[Category]:
    """Kinds that fit what was typed, the best first, the town's order among equals.

    Letters are compared without accents, Cyrillic as Latin; the words of every language count, as
    people use the word of their own. No text finds everything.
    """
    asked = _words([text[:LONGEST]])
    if not asked:
        return list(categories)
    scored = [(_score(asked, one), place, one) for place, one in enumerate(categories)]
    found = [row for row in scored if row[0] > 0]
    return [one for _score_, _place, one in sorted(found, key=lambda row: (-row[0], row[1]))]


def _score(asked: set[str], category: Category) -> float:
    """How well the typed words fit; a name weighs more than a hint or the group."""
    group = category.parent.names.values() if category.parent else ()
    spoken = [word for words in category.words.values() for word in words]
    pools = (
        (3.0, _words(category.names.values())),
        (2.0, _words(spoken)),
        (1.0, _words([*category.hints.values(), *group])),
    )
    total = 0.0
    for word in asked:
        best = max(weight * _fit(word, pool) for weight, pool in pools)
        total += best
    return total


def _fit(word: str, pool: Iterable[str]) -> float:
    best = 0.0
    for known in pool:
        if known == word:
            return 1.0
        if known.startswith(word):
            best = max(best, 0.9)
        elif len(word) >= _SHORTEST_FUZZY and fuzz.ratio(word, known) >= _ALIKE:
            best = max(best, 0.6)
    return best


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(fold(str(text)))}
