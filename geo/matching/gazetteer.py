"""Answers “where is this address?” from records held in memory; knows no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isnan

from geo.matching.addresses import ParsedAddress, Reading, parse_address
from geo.matching.along import NumberedPoint, StreetNumbers, numbered
from geo.matching.blocks import BlockIndex, quarter_words
from geo.matching.names import NameIndex, split_type
from geo.matching.numbers import parse_number
from geo.matching.records import (
    AddressRecord,
    AreaKind,
    AreaRecord,
    Hit,
    Precision,
    Quality,
    StreetRecord,
)
from geo.matching.settlements import Settlements
from geo.matching.tokens import Kind, Token, tokenize
from geo.matching.vocabulary import MARKERS, STREET_TYPES, Part

# Below this likeness a name is not taken for a misspelling. Chosen on the seeded typo sets and on
# the real texts of tests/data/geocoder: lower lets wrong streets in, higher refuses right ones.
ACCEPTED = 0.66
_SAME = 0.015
_SHOWN_WITHIN = 0.12
_OTHER_TYPE = 0.06
_QUARTER = "quarter"
_AREA_ACCEPTED = 0.8
_INTERPOLATED_FACTOR = 0.95
_STREET_ONLY_FACTOR = 0.8
_OLD_ROMANIAN = str.maketrans("âÂ", "îÎ")


@dataclass(frozen=True, slots=True)
class _Candidate:
    street: StreetRecord
    score: float
    reading: Reading


class Gazetteer:
    """A register in memory: built once from records, then only asked.

    Threads may share it: lookups only fill caches of pure results.
    """

    def __init__(
        self,
        language: str,
        *,
        streets: Iterable[StreetRecord],
        addresses: Iterable[AddressRecord],
        areas: Iterable[AreaRecord] = (),
    ) -> None:
        self.language = language
        self.streets = {street.id: street for street in streets}
        self.addresses = list(addresses)
        self.areas = list(areas)
        self.street_names = NameIndex(language)
        self.area_names = NameIndex(language)
        self.settlements = Settlements(language, self.areas, self.streets.values())
        self._types: dict[int, set[str]] = defaultdict(set)
        self._on_street: dict[int, list[int]] = defaultdict(list)
        self._numbers: dict[int, StreetNumbers] = {}
        self._index_streets()
        self._index_areas()
        self._blocks = BlockIndex(language, self.addresses)
        for at, address in enumerate(self.addresses):
            if address.street_id is not None:
                self._on_street[address.street_id].append(at)

    # Building

    def _index_streets(self) -> None:
        for street in self.streets.values():
            if street.type_code:
                self._types[street.id].add(street.type_code)
            for name in _spellings(street.names):
                code, words = split_type(name, self.language)
                if len(words) > 1 and self._is_quarter_marker(words[0]):
                    code, words = _QUARTER, words[1:]
                self._types[street.id].add(code)
                self.street_names.add(street.id, words)
                self._index_inner_type(street.id, words)
            self._types[street.id].discard("")
        self.street_names.finish()

    def _is_quarter_marker(self, word: Token) -> bool:
        return MARKERS.get(self.language, {}).get(word.text) is Part.QUARTER

    def _index_inner_type(self, street_id: int, words: Sequence[Token]) -> None:
        """A street called “Strada Fundătura Morii” is also found as “Fundătura Morii”."""
        types = STREET_TYPES.get(self.language, {})
        if len(words) > 1 and words[0].text in types:
            self._types[street_id].add(types[words[0].text])
            self.street_names.add(street_id, words[1:])

    def _index_areas(self) -> None:
        for at, area in enumerate(self.areas):
            for name in area.names:
                self.area_names.add(at, quarter_words(name, self.language))
        self.area_names.finish()

    # Asking

    def search(self, text: str, *, limit: int = 5) -> list[Hit]:
        """Answers to one address line, best first; [] when the register knows no such address."""
        parsed = parse_address(text, self.language)
        settlement = self.settlements.named_in(parsed)
        candidates = self._candidates(parsed, settlement.key)
        if candidates:
            hits = [(each.score, self._on(each, parsed)) for each in candidates]
            hits += [(hit.score, hit) for hit in self._areas_beside(parsed)]
        elif any(reading.type_code for reading in parsed.readings):
            return []
        else:
            areas = self._blocks.search(parsed) or self._area_hits(parsed, settlement.area)
            hits = [(hit.score, hit) for hit in areas]
        return _marked([pair for pair in hits if not isnan(pair[1].longitude)])[:limit]

    def _areas_beside(self, parsed: ParsedAddress) -> list[Hit]:
        """Areas that a bare name without street type and number may mean as well as a street."""
        bare = not any((reading.type_code or reading.number) for reading in parsed.readings)
        if not bare or parsed.block or parsed.quarter:
            return []
        return [hit for reading in parsed.readings for hit in self._areas_named(reading.words)]

    def streets_named(self, parsed: ParsedAddress) -> list[tuple[int, float]]:
        """(street, score) of the streets a parsed line may mean, best first."""
        settlement = self.settlements.named_in(parsed)
        return [(each.street.id, each.score) for each in self._candidates(parsed, settlement.key)]

    def has_type(self, street_id: int, code: str) -> bool:
        """Whether a street is registered with this type."""
        return code in self._types[street_id]

    def _candidates(self, parsed: ParsedAddress, settlement: str | None) -> list[_Candidate]:
        best: dict[int, _Candidate] = {}
        for reading in _with_quarter(parsed):
            words = self.settlements.without_settlement(reading.words)
            if not self.street_names.knows_numbers(words):
                continue
            for found in self.street_names.search(words, cutoff=ACCEPTED):
                street = self.streets[found.item]
                if not self._may_be(street, reading, settlement):
                    continue
                score = found.similarity - self._type_penalty(street, reading)
                known = best.get(street.id)
                if score >= ACCEPTED - _OTHER_TYPE and (known is None or score > known.score):
                    best[street.id] = _Candidate(street, score, reading)
        ranked = sorted(best.values(), key=lambda each: (-each.score, each.street.id))
        return [each for each in ranked if each.score >= ranked[0].score - _SHOWN_WITHIN]

    def _may_be(self, street: StreetRecord, reading: Reading, settlement: str | None) -> bool:
        if reading.type_code == _QUARTER and _QUARTER not in self._types[street.id]:
            return False
        return self.settlements.may_lie_in(street.locality, settlement)

    def _type_penalty(self, street: StreetRecord, reading: Reading) -> float:
        if not reading.type_code or reading.type_code in self._types[street.id]:
            return 0.0
        return _OTHER_TYPE

    # A street, and a number on it

    def numbers_of(self, street_id: int) -> StreetNumbers:
        """The known house numbers of a street."""
        known = self._numbers.get(street_id)
        if known is None:
            points = (self._numbered(at) for at in self._on_street.get(street_id, ()))
            axis = self.streets[street_id].axis
            known = StreetNumbers([point for point in points if point is not None], axis)
            self._numbers[street_id] = known
        return known

    def addresses_on(self, street_id: int) -> list[AddressRecord]:
        """The registered addresses that name a street."""
        return [self.addresses[at] for at in self._on_street.get(street_id, ())]

    def _numbered(self, at: int) -> NumberedPoint | None:
        address = self.addresses[at]
        return numbered(address.number, address.longitude, address.latitude, at)

    def _on(self, candidate: _Candidate, parsed: ParsedAddress) -> Hit:
        street, score = candidate.street, candidate.score
        asked = parse_number(candidate.reading.number)
        if parsed.block:
            in_block = self._blocks.on_street(street.id, parsed, score)
            if in_block is not None:
                return in_block
        if asked is None:
            factor = _STREET_ONLY_FACTOR if parsed.block else 1.0
            return self.street_hit(street, score * factor)
        known = self.numbers_of(street.id)
        exact = known.exact(asked)
        if exact:
            return self._address_hit(exact, parsed, score)
        placed = known.between(asked)
        number = candidate.reading.number
        if placed is None:
            hit = self.street_hit(street, score * _STREET_ONLY_FACTOR)
            return replace(hit, asked_number=number)
        return Hit(
            precision=Precision.INTERPOLATED,
            score=score * _INTERPOLATED_FACTOR,
            longitude=placed[0],
            latitude=placed[1],
            street_id=street.id,
            asked_number=number,
            beside=known.beside(asked),
        )

    def _address_hit(
        self, points: Sequence[NumberedPoint], parsed: ParsedAddress, score: float
    ) -> Hit:
        records = [self.addresses[point.record] for point in points]
        return address_hit(_preferred(records, parsed.postal_code), score)

    def street_hit(self, street: StreetRecord, score: float) -> Hit:
        """The street as a whole: the middle of its axis, else of its addresses."""
        longitude, latitude = self._middle_of(street)
        return Hit(Precision.STREET, score, longitude, latitude, street_id=street.id)

    def _middle_of(self, street: StreetRecord) -> tuple[float, float]:
        if street.axis is not None and not street.axis.is_empty:
            parts = getattr(street.axis, "geoms", [street.axis])
            longest = max(parts, key=lambda part: part.length)
            middle = longest.interpolate(0.5, normalized=True)
            return float(middle.x), float(middle.y)
        known = self.addresses_on(street.id)
        if not known:
            return float("nan"), float("nan")
        middling = sorted(known, key=lambda address: (address.longitude, address.latitude))
        address = middling[len(middling) // 2]
        return address.longitude, address.latitude

    # Areas

    def _area_hits(self, parsed: ParsedAddress, settlement: AreaRecord | None) -> list[Hit]:
        for reading in parsed.readings:
            found = self._areas_named(self.settlements.without_settlement(reading.words))
            if found:
                return found
        factor = _STREET_ONLY_FACTOR if parsed.block or parsed.quarter_number else 1.0
        words = quarter_words(parsed.quarter, self.language)
        for length in range(len(words), 0, -1):
            found = self._areas_named(words[:length])
            if found:
                return [replace(hit, score=hit.score * factor) for hit in found]
        if settlement is None or parsed.block:
            return []
        return [area_hit(settlement, 1.0)]

    def _areas_named(self, words: Sequence[Token]) -> list[Hit]:
        found = self.area_names.search(words, cutoff=_AREA_ACCEPTED)
        return [area_hit(self.areas[each.item], each.similarity) for each in found]


def _with_quarter(parsed: ParsedAddress) -> tuple[Reading, ...]:
    """The readings, and the quarter where houses are numbered by it (“Cartier Speranța 5”)."""
    if not parsed.quarter or any(reading.type_code for reading in parsed.readings):
        return parsed.readings
    words = tokenize(parsed.quarter)
    readings = [Reading(tuple(words), _QUARTER, parsed.quarter_number)]
    if len(words) > 1 and words[-1].kind is Kind.NUMBER:
        readings.append(Reading(tuple(words[:-1]), _QUARTER, words[-1].text))
    return (*parsed.readings, *readings)


def _spellings(names: Iterable[str]) -> set[str]:
    """Every name, and once more with the î that Romanian wrote for â until 1993."""
    return {spelling for name in names for spelling in (name, name.translate(_OLD_ROMANIAN))}


def address_hit(address: AddressRecord, score: float) -> Hit:
    """A registered address; a centroid is answered as the wider place it stands for."""
    return Hit(
        precision=precision_of(address),
        score=score,
        longitude=address.longitude,
        latitude=address.latitude,
        street_id=address.street_id,
        address_id=address.id,
    )


def precision_of(address: AddressRecord) -> Precision:
    """The precision class of a registered address by the quality of its point."""
    if address.quality == Quality.SURVEYED:
        return Precision.ADDRESS
    if address.quality == Quality.INTERPOLATED:
        return Precision.INTERPOLATED
    if address.block:
        return Precision.BLOCK
    if address.street_id is not None:
        return Precision.STREET
    return Precision.QUARTER if address.quarter else Precision.SETTLEMENT


def area_hit(area: AreaRecord, score: float) -> Hit:
    """A quarter, settlement or place; a place is a point within a quarter-sized surrounding."""
    settled = area.kind is AreaKind.SETTLEMENT
    precision = Precision.SETTLEMENT if settled else Precision.QUARTER
    return Hit(precision, score, area.longitude, area.latitude, area=area)


def _preferred(records: Sequence[AddressRecord], postal_code: str) -> AddressRecord:
    """Of several records of one number: by postal code, without entrance, in the middle."""
    coded = [each for each in records if postal_code and each.postal_code == postal_code] or records
    plain = [each for each in coded if not each.entrance] or coded

    def spread(one: AddressRecord) -> float:
        return sum(
            abs(one.longitude - other.longitude) + abs(one.latitude - other.latitude)
            for other in plain
        )

    return min(plain, key=spread)


def _marked(hits: Sequence[tuple[float, Hit]]) -> list[Hit]:
    """Best first; those whose names nothing tells apart from the best are marked ambiguous.

    Whether a number is registered does not decide between two streets of one name: that would be
    a guess. The number only orders them.
    """
    best = max((score for score, _hit in hits), default=0.0)
    equal = [hit for score, hit in hits if score >= best - _SAME]
    if len(equal) > 1:
        equal = [replace(hit, is_ambiguous=True) for hit in equal]
    others = [hit for score, hit in hits if score < best - _SAME]
    return sorted(equal, key=_by_score) + sorted(others, key=_by_score)


def _by_score(hit: Hit) -> float:
    return -hit.score
