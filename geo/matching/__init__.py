"""Matching of written addresses to a register held in memory; no models, no town facts."""

from geo.matching.addresses import ParsedAddress, Reading, parse_address
from geo.matching.completing import complete
from geo.matching.gazetteer import Gazetteer
from geo.matching.letters import fold
from geo.matching.numbers import HouseNumber, parse_number
from geo.matching.records import (
    AddressRecord,
    AreaKind,
    AreaRecord,
    Hit,
    Precision,
    Quality,
    StreetRecord,
)
from geo.matching.settlements import bare_name
from geo.matching.vocabulary import TYPE_LABELS, street_type_code

__all__ = [
    "TYPE_LABELS",
    "AddressRecord",
    "AreaKind",
    "AreaRecord",
    "Gazetteer",
    "Hit",
    "HouseNumber",
    "ParsedAddress",
    "Precision",
    "Quality",
    "Reading",
    "StreetRecord",
    "bare_name",
    "complete",
    "fold",
    "parse_address",
    "parse_number",
    "street_type_code",
]
