"""Which settlement a line names, and whether a street lies there; knows no streets' names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.matching.addresses import ParsedAddress
from geo.matching.names import NameIndex, words_of
from geo.matching.records import AreaKind, AreaRecord, StreetRecord
from geo.matching.tokens import Kind, Token, tokenize
from geo.matching.vocabulary import DOTTED_VILLAGE, MARKERS, Part

UNKNOWN = "?"
_ACCEPTED = 0.8
_MAX_WORDS = 5


@dataclass(frozen=True, slots=True)
class Named:
    """The settlement a line names: None when it names none, UNKNOWN when we do not know it."""

    key: str | None = None
    area: AreaRecord | None = None


def bare_name(name: str, language: str) -> list[Token]:
    """The words of a settlement's name without „гр.“, „с.“, “sat”."""
    tokens = [token for token in tokenize(name) if token.kind is not Kind.BREAK]
    first = tokens[0] if len(tokens) > 1 else None
    if first is None:
        return tokens
    village = first.text == DOTTED_VILLAGE and first.dotted
    marked = MARKERS.get(language, {}).get(first.text) is Part.LOCALITY
    return tokens[1:] if village or marked else tokens


class Settlements:
    """The settlements of a register under their canonical keys."""

    def __init__(
        self, language: str, areas: Iterable[AreaRecord], streets: Iterable[StreetRecord]
    ) -> None:
        self._language = language
        self._names = NameIndex(language)
        self._keys: list[str] = []
        self._areas: dict[str, AreaRecord] = {}
        self._canonical: dict[str, str] = {}
        self._main: str | None = None
        for area in areas:
            if area.kind is AreaKind.SETTLEMENT:
                self._add(area.names, area)
        for locality in {street.locality for street in streets if street.locality}:
            if self._key(locality) not in self._canonical:
                self._add([locality], None)
        self._names.finish()

    def _add(self, names: Sequence[str], area: AreaRecord | None) -> None:
        spellings = [bare_name(name, self._language) for name in names]
        key = self._joined(spellings[0])
        if area is not None:
            self._areas[key] = area
            if area.is_main:
                self._main = key
        for spelling in spellings:
            self._canonical.setdefault(self._joined(spelling), key)
            self._names.add(len(self._keys), spelling)
        self._keys.append(key)

    def _joined(self, tokens: Sequence[Token]) -> str:
        return " ".join(word.key for word in words_of(tokens, self._language))

    def _key(self, name: str) -> str:
        return self._joined(bare_name(name, self._language))

    def may_lie_in(self, locality: str, settlement: str | None) -> bool:
        """Whether a street of this locality can be meant when this settlement was named."""
        if settlement is None:
            return True
        if locality:
            return self._canonical.get(self._key(locality)) == settlement
        return settlement == self._main or (self._main is None and settlement != UNKNOWN)

    def is_main(self, locality: str) -> bool:
        """Whether this is the settlement that goes without saying."""
        return self._main is not None and self._canonical.get(self._key(locality)) == self._main

    def named_in(self, parsed: ParsedAddress) -> Named:
        """The settlement named in a line, after a marker word or as a piece of its own."""
        if parsed.locality:
            key = self._after_marker(tokenize(parsed.locality))
            return Named(key, self._areas.get(key))
        for piece in parsed.others:
            edge = self._at_edge(piece)
            if edge is not None:
                key = edge[0]
                return Named(key, self._areas.get(key))
        return Named()

    def _after_marker(self, words: Sequence[Token]) -> str:
        lengths = range(min(len(words), _MAX_WORDS), 0, -1)
        for length in lengths:
            key = self._canonical.get(self._joined(words[:length]))
            if key is not None:
                return key
        for length in lengths:
            found = self._names.search(words[:length], cutoff=_ACCEPTED)
            if found:
                return self._keys[found[0].item]
        return UNKNOWN

    def _at_edge(self, piece: Sequence[Token]) -> tuple[str, list[Token]] | None:
        """(settlement key, words left) when a piece begins or ends with a known settlement."""
        words = list(piece)
        numbered = any(word.kind is Kind.NUMBER for word in words)
        for length in range(min(len(words), _MAX_WORDS), 0, -1):
            if length == len(words) and numbered:
                continue
            at_start = words[:length], words[length:]
            at_end = words[-length:], words[:-length]
            for taken, left in (at_start, at_end):
                if left and not any(word.kind is Kind.WORD for word in left):
                    continue
                key = self._canonical.get(self._joined(taken))
                if key is not None:
                    return key, left
        return None

    def without_settlement(self, words: Sequence[Token]) -> Sequence[Token]:
        """The words of a reading less a settlement at either end; all if nothing were left."""
        edge = self._at_edge(words)
        return edge[1] if edge is not None and edge[1] else words
