"""Finds in a letter which kind of fault and which place it may be about; pure rules.

A proposal only: whoever works the letter off sees it beside the words and changes it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from geo.matching import fold

#: A word of the category so long also fits longer words that begin with it: lamp, lamps.
LEAST_STEM = 4
MOST_PLACES = 16
LONGEST_PLACE = 100
_STREET = re.compile(
    r"\b(?:str(?:ada)?|bd|bld|bulevardul|b-dul|aleea|calea|pia[tțţ]a|[sș]oseaua|intrarea|fundătura"
    r"|ул(?:ица)?|бул(?:евард)?|жк|ж\.к|кв(?:артал)?|пл(?:ощад)?|street|road|square)\b[.\s]",
    re.IGNORECASE,
)
_END = re.compile(r"[\n;!?()]|,\s*(?:dar|iar|unde|care|și|но|а|където|but|and|where)\b|\.\s+(?=\D)")
_WORDS = re.compile(r"\w+", re.UNICODE)


def best_category(text: str, words_of: Mapping[int, Iterable[str]]) -> int | None:
    """The category whose words the text holds most of; None where none or two fit equally.

    Of two that fit equally the one whose name begins with a word of the text comes first.

    Args:
        words_of: by the category's number, its name, then the words people search with.
    """
    said = _WORDS.findall(fold(text))
    scored = sorted(
        ((*_score(said, list(words)), number) for number, words in words_of.items()), reverse=True
    )
    if not scored or not scored[0][0]:
        return None
    if len(scored) > 1 and scored[1][:2] == scored[0][:2]:
        return None
    return scored[0][2]


def places_in(text: str) -> list[str]:
    """Pieces of a text that may be an address, the likeliest first."""
    found = list(_after_street_words(text))
    for line in text.splitlines():
        piece = line.strip(" .,;:-")
        if re.search(r"\d", piece) and len(piece) <= LONGEST_PLACE:
            found.append(piece)
    return list(dict.fromkeys(found))[:MOST_PLACES]


def _after_street_words(text: str) -> Iterator[str]:
    for match in _STREET.finditer(text):
        piece = text[match.start() : match.start() + LONGEST_PLACE]
        end = _END.search(piece, match.end() - match.start())
        words = (piece[: end.start()] if end else piece).split()
        # A street has few words before its number; what comes after the number is the story.
        numbers = [place for place, word in enumerate(words) if re.match(r"\d", word)]
        last = numbers[0] + 1 if numbers else 5
        yield " ".join(words[:last]).strip(" .,;:")
        yield " ".join(words[: last + 6]).strip(" .,;:")


def _score(said: Sequence[str], words: Sequence[str]) -> tuple[int, bool]:
    held = sum(_holds(said, _WORDS.findall(fold(one))) for one in dict.fromkeys(words))
    named = _WORDS.findall(fold(words[0]))[:1] if words else []
    return held, bool(_holds(said, named))


def _holds(said: Sequence[str], phrase: Sequence[str]) -> int:
    """How many letters of a phrase the text holds, one word after the other."""
    if not phrase:
        return 0
    for start in range(len(said) - len(phrase) + 1):
        if all(_fits(said[start + step], word) for step, word in enumerate(phrase)):
            return sum(map(len, phrase))
    return 0


def _fits(said: str, word: str) -> bool:
    return said.startswith(word) if len(word) >= LEAST_STEM else said == word
