"""Real address texts of Stara Zagora with the street each names, for the accuracy tests.

The texts and points come from three open sources, kept in one file each because their licences
differ (tests/data/geocoder/NOTICE). The column `street` was set by hand: it is the street a reader
of the text would take to be meant; empty where the text names none.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians
from pathlib import Path

from geo.matching import (
    AddressRecord,
    AreaKind,
    AreaRecord,
    Gazetteer,
    Hit,
    StreetRecord,
    parse_address,
)

FOLDER = Path(__file__).parent.parent / "data" / "geocoder"
FILES = ("sections_cc_by_sa.csv", "poi_cc0.csv", "poi_osm_odbl.csv")
_TYPE_WORDS = {"boulevard": "bul.", "street": "ul."}


@dataclass(frozen=True, slots=True)
class RealText:
    """One text as published, with the point its source gives and the street it names."""

    text: str
    city: str
    street: str
    locality: str
    number: str
    longitude: float
    latitude: float

    @property
    def query(self) -> str:
        """What is asked: the text and, where the source has it apart, the settlement."""
        return f"{self.text}, {self.city}" if self.city else self.text

    def metres_to(self, hit: Hit) -> float:
        """Distance to an answer; flat within a town."""
        east = (hit.longitude - self.longitude) * cos(radians(self.latitude))
        return 111_320 * hypot(east, hit.latitude - self.latitude)


@dataclass(slots=True)
class Outcome:
    """How many texts were answered how."""

    right: int = 0
    wrong: int = 0
    refused: int = 0
    within_100_m: int = 0
    with_number: int = 0

    @property
    def asked(self) -> int:
        """All texts, refusals included."""
        return self.right + self.wrong + self.refused


def load_texts() -> list[RealText]:
    """All texts of the three files."""
    texts = []
    for name in FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
            texts += [
                RealText(
                    text=row["text"],
                    city=row["city"],
                    street=row["street"],
                    locality=row["locality"],
                    number=row["number"],
                    longitude=float(row["longitude"]),
                    latitude=float(row["latitude"]),
                )
                for row in csv.DictReader(lines)
            ]
    return texts


def register_of(texts: Sequence[RealText]) -> tuple[Gazetteer, list[str]]:
    """A register of what the texts tell, and the streets by their number in it.

    Each street gets ONE name: its commonest spelling among these texts, as written there.
    """
    by_street: dict[str, list[tuple[int, RealText]]] = defaultdict(list)
    for at, text in enumerate(texts):
        if text.street:
            by_street[text.street].append((at, text))
    names = sorted(by_street)
    streets = [
        StreetRecord(
            at,
            [_commonest_spelling(text for _at, text in by_street[name])],
            locality=by_street[name][0][1].locality,
        )
        for at, name in enumerate(names)
    ]
    addresses = [
        AddressRecord(row, text.longitude, text.latitude, at, text.number, locality=text.locality)
        for at, name in enumerate(names)
        for row, text in by_street[name]
        if text.number
    ]
    gazetteer = Gazetteer("bg", streets=streets, addresses=addresses, areas=_settlements(texts))
    return gazetteer, names


def _commonest_spelling(texts: Iterable[RealText]) -> str:
    return Counter(_spelling(text.text) for text in texts).most_common(1)[0][0]


@cache
def _spelling(text: str) -> str:
    readings = parse_address(text, "bg").readings
    reading = min(readings, key=lambda each: (not each.type_code, len(each.words)))
    return f"{_TYPE_WORDS.get(reading.type_code, 'ul.')} {reading.name}"


def _settlements(texts: Sequence[RealText]) -> list[AreaRecord]:
    first = {text.city: text for text in texts if text.city.startswith(("гр.", "с."))}
    return [
        AreaRecord(
            at,
            AreaKind.SETTLEMENT,
            [city],
            text.longitude,
            text.latitude,
            is_main="Стара Загора" in city,
        )
        for at, (city, text) in enumerate(first.items())
    ]


def score_answer(text: RealText, hits: Sequence[Hit], streets: Sequence[str]) -> str:
    """ "right", "wrong" or "refused"; ambiguous answers refuse, other precisions refuse too."""
    if not hits or hits[0].is_ambiguous or hits[0].street_id is None:
        return "refused"
    return "right" if streets[hits[0].street_id] == text.street else "wrong"
