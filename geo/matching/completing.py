"""Completes an address while it is being typed: finds names by how they begin, not whole lines."""

from collections.abc import Iterator, Sequence
from math import log1p

from geo.matching.addresses import parse_address
from geo.matching.gazetteer import Gazetteer, address_hit, area_hit
from geo.matching.letters import prefix_key
from geo.matching.names import NameIndex, Word, words_of
from geo.matching.numbers import parse_number
from geo.matching.records import AreaKind, Hit
from geo.matching.tokens import Kind, Token, tokenize
from geo.matching.vocabulary import MARKERS, STREET_TYPES, Part

_STREETS_WITH_NUMBER = 3


def complete(gazetteer: Gazetteer, text: str, *, limit: int = 8) -> list[Hit]:
    """Streets, addresses, quarters, settlements and places that the typed text may become.

    The last word counts as a beginning unless a space follows it; the words before it may hold
    typing errors. The score, 0..1, is 0.6 for the share of the name that is typed, 0.2 for a name
    that begins with what is typed and up to 0.2 for streets with many addresses; a typed street
    type adds 0.1.
    """
    tokens = [token for token in tokenize(text) if token.kind is not Kind.BREAK]
    if not any(token.kind is Kind.WORD for token in tokens):
        return []
    if tokens[-1].kind is Kind.NUMBER and len(tokens) > 1:
        return _with_number(gazetteer, text, tokens, limit) or gazetteer.search(text, limit=limit)
    open_ended = not text[-1:].isspace()
    hits = _by_beginning(gazetteer, tokens, open_ended=open_ended)
    return hits[:limit] or gazetteer.search(text, limit=limit)


def _by_beginning(gazetteer: Gazetteer, tokens: Sequence[Token], *, open_ended: bool) -> list[Hit]:
    words = list(tokens)
    code, only_areas = "", False
    types = STREET_TYPES.get(gazetteer.language, {})
    markers = MARKERS.get(gazetteer.language, {})
    if len(words) > 1 and words[0].text in types:
        code, words = types[words[0].text], words[1:]
    elif len(words) > 1 and markers.get(words[0].text) in (Part.QUARTER, Part.LOCALITY):
        only_areas, words = True, words[1:]
    asked = words_of(words, gazetteer.language)
    begun = prefix_key(words[-1].text, gazetteer.language) if open_ended else None
    best: dict[tuple[str, int], Hit] = {}
    if not only_areas:
        for street_id, score in _begun(gazetteer.street_names, asked, begun):
            score += 0.1 * (bool(code) and gazetteer.has_type(street_id, code))
            score += 0.2 * min(1.0, log1p(len(gazetteer.addresses_on(street_id))) / 6)
            hit = gazetteer.street_hit(gazetteer.streets[street_id], min(score, 1.0))
            _keep(best, ("street", street_id), hit)
    if not code:
        for at, score in _begun(gazetteer.area_names, asked, begun):
            area = gazetteer.areas[at]
            if not (only_areas and area.kind is AreaKind.PLACE):
                _keep(best, ("area", at), area_hit(area, min(score, 1.0)))
    return sorted(best.values(), key=lambda hit: -hit.score)


def _keep(best: dict[tuple[str, int], Hit], key: tuple[str, int], hit: Hit) -> None:
    known = best.get(key)
    if known is None or hit.score > known.score:
        best[key] = hit


def _begun(
    names: NameIndex, asked: tuple[Word, ...], begun: str | None
) -> Iterator[tuple[int, float]]:
    """(owner, score) of names that hold every asked word; the last may be only `begun`."""
    *whole, last = asked
    near = [names.near(word) for word in whole]
    keys = set(names.near(last)) if begun is None else set(names.completions(begun))
    if begun is not None:
        keys.update(names.completions(last.key))
    for key in sorted(keys):
        for owner, words in names.with_word(key):
            held = {word.key for word in words}
            if not all(held & each.keys() for each in near):
                continue
            letters = sum(len(word.key) for word in words)
            typed = min(sum(len(word.key) for word in asked), letters)
            starts = words[0].key == key or bool(near and words[0].key in near[0])
            yield owner, 0.6 * typed / letters + 0.2 * starts


def _with_number(gazetteer: Gazetteer, text: str, tokens: Sequence[Token], limit: int) -> list[Hit]:
    """Registered addresses whose number begins with the typed one, on the streets likely meant."""
    asked = parse_number(tokens[-1].text)
    if asked is None:
        return []
    named = gazetteer.streets_named(parse_address(text, gazetteer.language))
    streets = list(named) or [
        (hit.street_id, hit.score)
        for hit in _by_beginning(gazetteer, tokens[:-1], open_ended=True)
        if hit.street_id is not None
    ]
    hits: dict[tuple[int, str], tuple[int, Hit]] = {}
    for street_id, score in streets[:_STREETS_WITH_NUMBER]:
        for address in gazetteer.addresses_on(street_id):
            number = parse_number(address.number)
            if number is not None and number.key.startswith(asked.key):
                further = 0.02 * (len(number.key) - len(asked.key))
                hit = address_hit(address, max(score - further, 0.0))
                hits.setdefault((street_id, number.key), (number.number, hit))
    ranked = sorted(hits.values(), key=lambda pair: (-pair[1].score, pair[0]))
    return [hit for _number, hit in ranked[:limit]]
