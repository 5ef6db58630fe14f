"""The promises about address search, measured on real names and real texts."""

import csv
import random
from collections.abc import Callable, Sequence

import pytest
from shapely import LineString

from geo.matching import Gazetteer, StreetRecord, fold
from tests.geo.real_texts import (
    FOLDER,
    Outcome,
    RealText,
    load_texts,
    register_of,
    score_answer,
)

LATIN = "abcdefghijlmnoprstuvz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъюя"
LONG_NAME = 12


def with_typo(name: str, rng: random.Random, letters: str) -> str:
    """One slip of the keyboard in a letter: lost, doubled in, wrong, or two exchanged."""
    at = rng.choice([place for place, sign in enumerate(name) if sign.isalpha()])
    kind = rng.choice(("lost", "extra", "wrong", "exchanged"))
    letter = rng.choice(letters)
    if kind == "lost":
        return name[:at] + name[at + 1 :]
    if kind == "extra":
        return name[:at] + letter + name[at:]
    if kind == "exchanged" and name[at + 1 : at + 2].isalpha():
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + letter + name[at + 1 :]


def typo_queries(
    streets: Sequence[StreetRecord], seed: int, each: int = 3
) -> list[tuple[int, str]]:
    """(street, query) with the type typed, no diacritics, one typo, two in long names."""
    rng = random.Random(seed)
    letters = CYRILLIC if any("а" <= sign <= "я" for sign in streets[0].names[0]) else LATIN
    queries = []
    for street in streets:
        kind, name = plain(street.names[0]).replace(",", "").split(" ", 1)
        for _round in range(each):
            wrong = with_typo(name, rng, letters)
            if len(name) > LONG_NAME:
                wrong = with_typo(wrong, rng, letters)
            queries.append((street.id, f"{kind} {wrong} {rng.randint(1, 60)}"))
    return queries


def plain(name: str) -> str:
    """Lower case; Romanian without its diacritics, Cyrillic as it is."""
    return name.lower() if any("а" <= sign <= "я" for sign in name) else fold(name)


def top_1(streets: Sequence[StreetRecord], language: str, seed: int) -> float:
    """Share of typo queries whose first answer is the street, by id."""
    gazetteer = Gazetteer(language, streets=with_points(streets), addresses=[])
    queries = typo_queries(streets, seed)
    hits = [(street, gazetteer.search(query)) for street, query in queries]
    return sum(bool(found) and found[0].street_id == street for street, found in hits) / len(hits)


def with_points(streets: Sequence[StreetRecord]) -> list[StreetRecord]:
    """The same streets, each with a short axis: an answer needs a place."""
    return [
        StreetRecord(each.id, each.names, axis=LineString([(26, 46), (26.001, 46)]))
        for each in streets
    ]


def piatra_neamt() -> list[StreetRecord]:
    with (FOLDER / "streets_piatra_neamt.csv").open(encoding="utf-8", newline="") as lines:
        rows = enumerate(csv.DictReader(lines))
        return [StreetRecord(at, [f"{row['type']} {row['name']}"]) for at, row in rows]


def stara_zagora() -> list[StreetRecord]:
    names = sorted({text.street for text in load_texts() if text.street})
    return [StreetRecord(at, [f"ул. {name}"]) for at, name in enumerate(names)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_romanian_names_with_typos_are_found_by_id(seed: int) -> None:
    assert top_1(piatra_neamt(), "ro", seed) >= 0.98


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bulgarian_names_with_typos_are_found_by_id(seed: int) -> None:
    assert top_1(stara_zagora(), "bg", seed) >= 0.98


def leave_one_out(texts: Sequence[RealText]) -> tuple[Outcome, int, int]:
    """(outcome of texts whose street other texts name too, the others asked, the others wrong)."""
    known, others, others_wrong = Outcome(), 0, 0
    whole = register_of(texts)
    for at, text in enumerate(texts):
        # A text that names no street tells the register nothing: leaving it out changes nothing.
        rest = register_of([*texts[:at], *texts[at + 1 :]]) if text.street else whole
        gazetteer, streets = rest
        hits = gazetteer.search(text.query)
        verdict = score_answer(text, hits, streets)
        if text.street not in streets:
            others += 1
            others_wrong += verdict == "wrong"
            continue
        setattr(known, verdict, getattr(known, verdict) + 1)
        if text.number:
            known.with_number += 1
            near = verdict == "right" and text.metres_to(hits[0]) <= 100
            known.within_100_m += near
    return known, others, others_wrong


@pytest.mark.slow
def test_real_texts_of_stara_zagora(record_property: Callable[[str, object], None]) -> None:
    known, others, others_wrong = leave_one_out(load_texts())

    record_property("known", str(known))
    assert known.asked >= 240
    assert known.right / known.asked >= 0.90
    assert (known.wrong + others_wrong) / (known.asked + others) <= 0.03
    assert known.within_100_m / known.with_number >= 0.5
