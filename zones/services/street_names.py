"""Finding the street a text names, by exact normalised name; typing errors are the geocoder's."""

from dataclasses import dataclass
from typing import TypeVar

from geo.matching.letters import fold, token_key
from geo.matching.tokens import Kind, tokenize
from geo.matching.vocabulary import SMALL_WORDS, STREET_TYPES, TITLES
from zones.models import Municipality, Street

Key = TypeVar("Key")


def name_key(text: str, language: str) -> str:
    """The form that spellings of one street name share: folded words in order, titles levelled.

    The street type is not part of it: half of all texts leave it out.
    """
    types, titles = STREET_TYPES.get(language, {}), TITLES.get(language, {})
    words = [token.text for token in tokenize(text) if token.kind is not Kind.BREAK]
    if len(words) > 1 and words[0] in types:
        words = words[1:]
    named = [titles.get(word, word) for word in words if word not in SMALL_WORDS] or words
    return " ".join(token_key(word, language) for word in named)


@dataclass(frozen=True, slots=True)
class StreetNames:
    """The names of a town's streets, for looking up many texts."""

    language: str
    by_name: dict[str, frozenset[int]]
    by_type_and_name: dict[tuple[str, str], frozenset[int]]
    by_locality_and_name: dict[tuple[str, str], frozenset[int]]

    @classmethod
    def of(cls, municipality: Municipality) -> "StreetNames":
        """Read the streets of a town, other spellings included."""
        language = municipality.languages[0]
        plain: dict[str, set[int]] = {}
        typed: dict[tuple[str, str], set[int]] = {}
        local: dict[tuple[str, str], set[int]] = {}
        for street in Street.objects.in_municipality(municipality).defer("axis"):
            for text in (*street.names.values(), *street.variants):
                key = name_key(text, language)
                plain.setdefault(key, set()).add(street.pk)
                typed.setdefault((street.type_code, key), set()).add(street.pk)
                local.setdefault((fold(street.locality), key), set()).add(street.pk)
        return cls(language, _frozen(plain), _frozen(typed), _frozen(local))

    def find(self, text: str, locality: str = "") -> int | None:
        """The one street the text names, or None when there is none or more than one.

        Type and settlement decide between streets of the same name.
        """
        if not text.strip():
            return None
        key = name_key(text, self.language)
        found = self.by_name.get(key, frozenset())
        if locality:
            here = self.by_locality_and_name.get((fold(locality), key), frozenset())
            anywhere = self.by_locality_and_name.get(("", key), frozenset())
            found = found & (here | anywhere)
        if len(found) > 1:
            found = found & self.by_type_and_name.get((self._type_of(text), key), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def _type_of(self, text: str) -> str:
        words = [token.text for token in tokenize(text) if token.kind is Kind.WORD]
        types = STREET_TYPES.get(self.language, {})
        return next((types[word] for word in words[:1] if word in types), "")


def _frozen(sets: dict[Key, set[int]]) -> dict[Key, frozenset[int]]:
    return {key: frozenset(ids) for key, ids in sets.items()}
