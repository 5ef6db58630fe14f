"""Finding the street a text names, by exact normalised name; typing errors are the geocoder's."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.matching.letters import fold, token_key
from geo.matching.tokens import Kind, tokenize
from geo.matching.vocabulary import SMALL_WORDS, STREET_TYPES, TITLES
from zones.models import Municipality, Street


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
class _Named:
    """A street under one of its names."""

    street_id: int
    type_code: str
    locality: str


@dataclass(frozen=True, slots=True)
class StreetNames:
    """The names of a town's streets, for looking up many texts."""

    language: str
    by_name: dict[str, list[_Named]]
    by_variant: dict[str, list[_Named]]
    _found: dict[tuple[str, str], int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, municipality: Municipality) -> "StreetNames":
        """Read the streets of a town, other spellings included."""
        found = cls(municipality.languages[0], {}, {})
        for street in Street.objects.in_municipality(municipality).defer("axis"):
            named = _Named(street.pk, street.type_code, fold(street.locality))
            found._add(found.by_name, street.names.values(), named)
            found._add(found.by_variant, street.variants, named)
        return found

    def _add(self, index: dict[str, list[_Named]], texts: Iterable[str], named: _Named) -> None:
        for key in {name_key(text, self.language) for text in texts}:
            index.setdefault(key, []).append(named)

    def find(self, text: str, locality: str = "") -> int | None:
        """The one street the text names, or None when there is none or more than one.

        A name goes before another spelling; settlement and type decide between equal names.
        """
        if not text.strip():
            return None
        asked = text, locality
        if asked not in self._found:  # a file names the same street once per house
            self._found[asked] = self._find(text, locality)
        return self._found[asked]

    def _find(self, text: str, locality: str) -> int | None:
        key = name_key(text, self.language)
        for index in (self.by_name, self.by_variant):
            found = _here(index.get(key, []), fold(locality))
            if len(found) > 1:
                found = [named for named in found if named.type_code == self._type_of(text)]
            if found:
                return found[0].street_id if len(found) == 1 else None
        return None

    def _type_of(self, text: str) -> str:
        words = [token.text for token in tokenize(text) if token.kind is Kind.WORD]
        types = STREET_TYPES.get(self.language, {})
        return next((types[word] for word in words[:1] if word in types), "")


def _here(found: list[_Named], locality: str) -> list[_Named]:
    """Those in the settlement; a street or text without one may be anywhere."""
    if not locality:
        return found
    return [named for named in found if named.locality in ("", locality)]
