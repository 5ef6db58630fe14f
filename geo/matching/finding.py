"""Finds texts by words, whatever the letters: case, accents, Cyrillic and Latin are one; no ORM.

Every word asked for must occur, in the title or in the text; the last may be unfinished. A word in
the title tells more than one in the text, a whole word more than a beginning.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from geo.matching.letters import fold, prefix_key

LONGEST = 200
"""Characters of a question that are read."""
MOST_WORDS = 8
SHORTEST_BEGINNING = 3
"""Letters from which on a word may be unfinished; shorter ones would begin everything."""
LONGEST_TEXT = 4000
_WORD = re.compile(r"[^\W_]+")
_WHOLE_TITLE, _TITLE, _WHOLE_TEXT, _TEXT = 8, 5, 2, 1


def asked_words(question: str, language: str) -> tuple[str, ...]:
    """The keys of the words somebody typed; words of one letter only if there is nothing else."""
    keys = words_of(question[:LONGEST], language)
    longer = tuple(key for key in keys if len(key) > 1 or key.isdigit())
    return (longer or keys)[:MOST_WORDS]


@lru_cache(maxsize=16_384)
def words_of(text: str, language: str) -> tuple[str, ...]:
    """The keys of the words of a text, each once, in their order. Linear in the text."""
    found = _WORD.findall(fold(text[:LONGEST_TEXT]))
    return tuple(dict.fromkeys(prefix_key(word, language) for word in found))


def likeness(
    asked: Sequence[str], titles: Iterable[str], texts: Iterable[str], language: str
) -> int:
    """How well a thing fits; 0 where a word of the question is nowhere in it."""
    title = [word for one in titles for word in words_of(one, language)]
    text = [word for one in texts for word in words_of(one, language)]
    total = 0
    for word in asked:
        found = _found(word, title, _WHOLE_TITLE, _TITLE) or _found(word, text, _WHOLE_TEXT, _TEXT)
        if not found:
            return 0
        total += found
    return total


def _found(word: str, among: Sequence[str], whole: int, begun: int) -> int:
    if word in among:
        return whole
    if len(word) >= SHORTEST_BEGINNING and any(one.startswith(word) for one in among):
        return begun
    return 0
