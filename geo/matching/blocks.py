"""Finds apartment blocks by quarter or street, block and entrance; knows no house numbers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from geo.matching.addresses import ParsedAddress
from geo.matching.letters import fold
from geo.matching.names import NameIndex
from geo.matching.records import AddressRecord, Hit, Precision, Quality
from geo.matching.tokens import Kind, Token, tokenize
from geo.matching.vocabulary import MARKERS, Part

_QUARTER_ACCEPTED = 0.75


class BlockIndex:
    """The addresses that carry a block, by the block's key."""

    def __init__(self, language: str, addresses: Iterable[AddressRecord]) -> None:
        self._blocks: dict[str, list[AddressRecord]] = defaultdict(list)
        self._quarters: list[str] = []
        self._quarter_names = NameIndex(language)
        known: dict[str, int] = {}
        for address in addresses:
            if not address.block:
                continue
            self._blocks[_key(address.block)].append(address)
            if address.quarter and address.quarter not in known:
                known[address.quarter] = len(self._quarters)
                self._quarters.append(address.quarter)
                words = quarter_words(address.quarter, language)
                self._quarter_names.add(known[address.quarter], words)
        self._quarter_names.finish()

    def search(self, parsed: ParsedAddress) -> list[Hit]:
        """Blocks a line without a street names: one hit per quarter and street that has it."""
        quarter, block = _asked(parsed)
        if not block:
            return []
        records = self._blocks.get(_key(block), [])
        likeness = dict.fromkeys({record.quarter for record in records}, 1.0)
        if quarter:
            likeness = self._like(quarter)
        groups: dict[tuple[str, int | None, str], list[AddressRecord]] = defaultdict(list)
        for record in records:
            if record.quarter in likeness:
                groups[(record.quarter, record.street_id, record.locality)].append(record)
        return [
            _hit(group, parsed.entrance, likeness[quarter_name])
            for (quarter_name, _street, _locality), group in groups.items()
        ]

    def on_street(self, street_id: int, parsed: ParsedAddress, score: float) -> Hit | None:
        """The block of a line on a street already found; None when it is not registered there."""
        records = self._blocks.get(_key(parsed.block), [])
        records = [record for record in records if record.street_id == street_id]
        return _hit(records, parsed.entrance, score) if records else None

    def _like(self, quarter: str) -> dict[str, float]:
        found = self._quarter_names.search(tokenize(quarter), cutoff=_QUARTER_ACCEPTED)
        return {self._quarters[each.item]: each.similarity for each in found}


def quarter_words(quarter: str, language: str) -> list[Token]:
    """The words of a quarter's name without „кв.“, „ж.к.“, “cartierul”."""
    markers = MARKERS.get(language, {})
    words = [token for token in tokenize(quarter) if token.kind is not Kind.BREAK]
    return [token for token in words if markers.get(token.text) is not Part.QUARTER] or words


def _asked(parsed: ParsedAddress) -> tuple[str, str]:
    """(quarter, block) asked for; “кв. Три чучура 85” means block 85 of the quarter."""
    if parsed.block:
        return parsed.quarter, parsed.block
    if parsed.quarter_number:
        return parsed.quarter, parsed.quarter_number
    tokens = tokenize(parsed.quarter)
    if len(tokens) > 1 and tokens[-1].kind is Kind.NUMBER:
        return " ".join(token.text for token in tokens[:-1]), tokens[-1].text
    return parsed.quarter, ""


def _key(block: str) -> str:
    return "".join(sign for sign in fold(block) if sign.isalnum())


def _hit(records: Sequence[AddressRecord], entrance: str, score: float) -> Hit:
    """A door where the entrance asked for is registered, else the middle of the block."""
    asked = _key(entrance)
    at_entrance = [record for record in records if asked and _key(record.entrance) == asked]
    doors = [record for record in at_entrance if record.quality == Quality.SURVEYED]
    if doors:
        door = doors[0]
        return Hit(
            Precision.ADDRESS,
            score,
            door.longitude,
            door.latitude,
            street_id=door.street_id,
            address_id=door.id,
        )
    return Hit(
        Precision.BLOCK,
        score * (0.9 if entrance else 1.0),
        sum(record.longitude for record in records) / len(records),
        sum(record.latitude for record in records) / len(records),
        street_id=records[0].street_id,
        address_id=records[0].id if len(records) == 1 else None,
        block_address_id=records[0].id,
    )
