"""Finds names by spelling: exact first, then by edits per word, then as a whole; knows no town."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.matching.letters import token_key
from geo.matching.tokens import Kind, Token, tokenize
from geo.matching.vocabulary import GIVEN_NAMES, SMALL_WORDS, STREET_TYPES, TITLES

_TITLE_WEIGHT = 0.15
_SMALL_WEIGHT = 0.2
_INITIAL_WEIGHT = 0.3
_GIVEN_WEIGHT = 0.5
_ABBREVIATED = 0.9
_WHOLE_CUTOFF = 0.7
# With titles in it a name must be closer, and counts less: „Генерал“ makes any two generals alike.
_TITLED_CUTOFF = 0.84
_TITLED_FACTOR = 0.85
_WHOLE_NEEDED_BELOW = 0.9
_REFINED = 24
_MISSPELT_TITLE = 5
_PREFIX = 8
_LONG = 11


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name as it is compared: its key, its weight, whether it was cut short."""

    key: str
    weight: float
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A name's owner and how like the asked name it is, 0..1."""

    item: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Entry:
    item: int
    words: tuple[Word, ...]
    weight: float


def words_of(tokens: Iterable[Token], language: str) -> tuple[Word, ...]:
    """The comparable words of a name; titles and ranks are levelled and weigh little."""
    titles = TITLES.get(language, {})
    return tuple(_word(token, language, titles) for token in tokens if token.kind is not Kind.BREAK)


def _word(token: Token, language: str, titles: Mapping[str, str]) -> Word:
    title = titles.get(token.text) or _near_title(token.text, language)
    if title is not None:
        return Word(token_key(title, language), _TITLE_WEIGHT)
    key = token_key(token.text, language)
    if token.kind is Kind.NUMBER or key.isdigit():
        return Word(key, 1.0)
    if token.text in SMALL_WORDS:
        return Word(key, _SMALL_WEIGHT)
    if token.text in GIVEN_NAMES:
        return Word(key, _GIVEN_WEIGHT, is_short=token.dotted)
    if len(key) == 1:
        return Word(key, _INITIAL_WEIGHT, is_short=True)
    return Word(key, 0.6 + 0.1 * min(len(key), 8), is_short=token.dotted)


@lru_cache(maxsize=16_384)
def _near_title(word: str, language: str) -> str | None:
    """The title a word of five letters or more misspells by one edit."""
    titles = TITLES.get(language, {})
    if len(word) < _MISSPELT_TITLE:
        return None
    near = process.extractOne(word, titles.keys(), scorer=OSA.distance, score_cutoff=1)
    return titles[near[0]] if near and len(near[0]) >= _MISSPELT_TITLE else None


def split_type(name: str, language: str) -> tuple[str, list[Token]]:
    """A register name as (street type code or "", tokens of the name proper).

    The type is the first word, or the last as in “Nikola Petkov Blvd.”. A title after a comma
    (“Dăscălescu, general”) stays as one more word: order does not matter in matching.
    """
    tokens = [token for token in tokenize(name) if token.kind is not Kind.BREAK]
    types = STREET_TYPES.get(language, STREET_TYPES["en"])
    if len(tokens) > 1 and tokens[0].text in types:
        return types[tokens[0].text], tokens[1:]
    if len(tokens) > 1 and tokens[-1].text in types:
        return types[tokens[-1].text], tokens[:-1]
    return "", tokens


class NameIndex:
    """Names of things and a tolerant search over them.

    Similarity is a weighted Dice coefficient over words: matched weight of both sides by total
    weight of both sides, where a word matches as far as its OSA edit distance allows (one edit
    from three letters, two from six). Word order is free, so a family name may stand first.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._entries: list[_Entry] = []
        self._seen: set[tuple[int, str]] = set()
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._deletions: dict[str, list[str]] = defaultdict(list)
        self._cut_short: set[str] = set()
        self._sorted_keys: list[str] = []
        self._whole = _Spellings()
        self._titled = _Spellings()
        self._near: dict[tuple[str, bool], dict[str, float]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, item: int, tokens: Sequence[Token]) -> None:
        """Register one spelling of a thing's name; spellings may be added in any number."""
        words = words_of(tokens, self._language)
        sorted_key = _sorted_key(words)
        if not words or (item, sorted_key) in self._seen:
            return
        self._seen.add((item, sorted_key))
        number = len(self._entries)
        self._entries.append(_Entry(item, words, sum(word.weight for word in words)))
        self._exact[sorted_key].append(number)
        for word in words:
            self._add_word(word, number)
        for spelling in _whole_spellings(words):
            self._whole.add(spelling, number)
        if _has_title(words):
            self._titled.add("".join(word.key for word in words), number)

    def _add_word(self, word: Word, number: int) -> None:
        if word.is_short:
            self._cut_short.add(word.key)
        if word.key not in self._postings and not word.key.isdigit():
            for deletion in _deletions(word.key):
                self._deletions[deletion].append(word.key)
        self._postings[word.key].append(number)

    def finish(self) -> None:
        """Make the index ready after the last add."""
        self._sorted_keys = sorted(self._postings)
        self._whole.finish()
        self._titled.finish()
        self._near.clear()

    def knows_numbers(self, tokens: Sequence[Token]) -> bool:
        """Whether every number among the tokens stands in some name, such as the 9 of “9 Mai”."""
        numbers = (token.text for token in tokens if token.kind is Kind.NUMBER)
        return all(number in self._postings for number in numbers)

    def exact(self, tokens: Sequence[Token]) -> list[int]:
        """Owners of exactly this name, word order aside."""
        key = _sorted_key(words_of(tokens, self._language))
        return list(dict.fromkeys(self._entries[at].item for at in self._exact.get(key, ())))

    def search(self, tokens: Sequence[Token], *, cutoff: float = 0.5) -> list[Found]:
        """Owners of names like this one, best first; only exact ones when there are any."""
        exact = self.exact(tokens)
        if exact:
            return [Found(item, 1.0) for item in exact]
        words = words_of(tokens, self._language)
        if not words:
            return []
        best = self._by_words(words)
        if max(best.values(), default=0.0) < _WHOLE_NEEDED_BELOW:
            self._by_whole(words, best)
        found = [Found(item, value) for item, value in best.items() if value >= cutoff]
        return sorted(found, key=lambda each: (-each.similarity, each.item))

    def completions(self, prefix: str) -> Iterator[str]:
        """Keys of words that begin with the key of `prefix`, in alphabetical order."""
        at = bisect_left(self._sorted_keys, prefix)
        while at < len(self._sorted_keys) and self._sorted_keys[at].startswith(prefix):
            yield self._sorted_keys[at]
            at += 1

    def with_word(self, key: str) -> list[tuple[int, tuple[Word, ...]]]:
        """(owner, words) of every name that holds the word of this key."""
        entries = (self._entries[at] for at in self._postings.get(key, ()))
        return [(entry.item, entry.words) for entry in entries]

    def near(self, word: Word) -> dict[str, float]:
        """Word keys of the index close to one word, with their likeness 0..1."""
        asked = (word.key, word.is_short)
        known = self._near.get(asked)
        if known is None:
            known = self._compute_near(word)
            if len(self._near) < 50_000:
                self._near[asked] = known
        return known

    def _compute_near(self, word: Word) -> dict[str, float]:
        key = word.key
        near: dict[str, float] = {key: 1.0} if key in self._postings else {}
        if key.isdigit():
            return near
        for other in {other for left in _deletions(key) for other in self._deletions.get(left, ())}:
            distance = OSA.distance(key, other, score_cutoff=2)
            if distance <= _edits_allowed(key, other):
                near[other] = 1 - distance / max(len(key), len(other))
        for other in self._abbreviating(word):
            near[other] = max(near.get(other, 0.0), _ABBREVIATED)
        return near

    def _abbreviating(self, word: Word) -> Iterator[str]:
        """Keys that are cut short forms of the word, and those the word is cut short from."""
        if word.is_short:
            yield from (other for other in self.completions(word.key) if other != word.key)
        starts = (word.key[:length] for length in range(1, min(5, len(word.key))))
        yield from (start for start in starts if start in self._cut_short)

    def _by_words(self, words: tuple[Word, ...]) -> dict[int, float]:
        matches = [self.near(word) for word in words]
        sums: dict[int, float] = defaultdict(float)
        for word, near in zip(words, matches, strict=True):
            for key, likeness in near.items():
                gain = word.weight * likeness
                for at in self._postings[key]:
                    sums[at] += gain
        asked_weight = sum(word.weight for word in words)
        rough = sorted(
            sums, key=lambda at: sums[at] / (asked_weight + self._entries[at].weight), reverse=True
        )
        best: dict[int, float] = {}
        for at in rough[:_REFINED]:
            entry = self._entries[at]
            value = _dice(words, matches, entry, asked_weight)
            best[entry.item] = max(best.get(entry.item, 0.0), value)
        return best

    def _by_whole(self, words: tuple[Word, ...], best: dict[int, float]) -> None:
        hits = [
            (at, similarity * 0.99)
            for at, similarity in self._whole.like("".join(_whole_keys(words)), _WHOLE_CUTOFF)
        ]
        # Asked of every name: the title may be what is misspelt.
        titled = self._titled.like("".join(word.key for word in words), _TITLED_CUTOFF)
        hits += [(at, similarity * _TITLED_FACTOR) for at, similarity in titled]
        for at, value in hits:
            item = self._entries[at].item
            best[item] = max(best.get(item, 0.0), value)


class _Spellings:
    """Whole names as one string each, by length, so that only those of like length are compared."""

    def __init__(self) -> None:
        self._pairs: set[tuple[int, str, int]] = set()
        self._texts: list[str] = []
        self._entries: list[int] = []
        self._lengths: list[int] = []

    def add(self, text: str, entry: int) -> None:
        self._pairs.add((len(text), text, entry))

    def finish(self) -> None:
        ordered = sorted(self._pairs)
        self._lengths = [length for length, _text, _entry in ordered]
        self._texts = [text for _length, text, _entry in ordered]
        self._entries = [entry for _length, _text, entry in ordered]

    def like(self, asked: str, cutoff: float) -> Iterator[tuple[int, float]]:
        """(entry, similarity) of spellings within two edits, three in long ones, same digits."""
        edits = 3 if len(asked) >= _LONG else 2
        start = bisect_left(self._lengths, len(asked) - edits)
        end = bisect_right(self._lengths, len(asked) + edits)
        hits = process.extract(
            asked,
            self._texts[start:end],
            scorer=OSA.distance,
            processor=None,
            score_cutoff=edits,
            limit=8,
        )
        digits = _digits(asked)
        for text, distance, at in hits:
            similarity = 1 - distance / max(len(text), len(asked))
            if similarity >= cutoff and _digits(text) == digits:
                yield self._entries[start + at], similarity


def _dice(
    words: tuple[Word, ...], matches: list[dict[str, float]], entry: _Entry, asked_weight: float
) -> float:
    free = list(entry.words)
    shared = 0.0
    for word, near in zip(words, matches, strict=True):
        likeness, chosen = max(
            ((near.get(other.key, 0.0), at) for at, other in enumerate(free)), default=(0.0, -1)
        )
        if likeness > 0:
            shared += (word.weight + free[chosen].weight) * likeness
            del free[chosen]
    return min(shared / (asked_weight + entry.weight), 0.995)


def _sorted_key(words: Iterable[Word]) -> str:
    return " ".join(sorted(word.key for word in words))


def _whole_spellings(words: tuple[Word, ...]) -> set[str]:
    keys = _whole_keys(words)
    return {"".join(keys), "".join(keys[-1:] + keys[:-1]), "".join(keys[1:] + keys[:1])}


def _has_title(words: tuple[Word, ...]) -> bool:
    return any(word.weight == _TITLE_WEIGHT for word in words)


def _whole_keys(words: tuple[Word, ...]) -> list[str]:
    """The keys without titles, unless there is nothing else."""
    return [word.key for word in words if word.weight > _TITLE_WEIGHT] or [
        word.key for word in words
    ]


def _digits(text: str) -> str:
    return "".join(sorted(sign for sign in text if sign.isdigit()))


def _edits_allowed(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return 2 if shorter >= 6 else int(shorter >= 3)


@lru_cache(maxsize=32_768)
def _deletions(key: str) -> frozenset[str]:
    """The start of a word and what is left of it after one deletion (two from six letters).

    Two words within that many edits share one of these (the symmetric-delete idea of SymSpell,
    W. Garbe 2012, with its prefix rule); the distance itself is checked by the caller.
    """
    start = key[:_PREFIX]
    if len(key) < 3:
        return frozenset((start,))
    depth = 2 if len(key) >= 6 else 1
    left = {start}
    for count in range(1, depth + 1):
        for gone in combinations(range(len(start)), count):
            left.add("".join(sign for at, sign in enumerate(start) if at not in gone))
    return frozenset(left)
