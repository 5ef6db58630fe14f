"""Address search beside addok over 100,000 addresses: how fast, how often the right street."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.harness import Comparison, Contender, Row, compare, fact, share, write_results
from bench.search_town import NamedStreet, make_streets, mistyped
from geo.matching import AddressRecord, Gazetteer, StreetRecord, complete, fold

COMMAND = "bench/run.sh search"
SEED = 7
STREETS = 1_490
OURS, ADDOK, ADDOK_ALL = "megdan", "addok", "addok, all letters"


@dataclass
class Asked:
    """Queries with the street each means, and what one engine did with them over all rounds."""

    find: Callable[[str], int | None]
    queries: Sequence[tuple[int, str]]
    names: Sequence[str]
    seconds: list[float] = field(default_factory=list)

    def run(self) -> tuple[float, float]:
        """Ask every query, one by one; shares of first answers right by street id and by name."""
        right = named = 0
        for street, query in self.queries:
            start = time.perf_counter()
            found = self.find(query)
            self.seconds.append(time.perf_counter() - start)
            right += found == street
            named += found is not None and self.names[found] == self.names[street]
        return right / len(self.queries), named / len(self.queries)

    def percentile(self, hundredth: int) -> float:
        """Milliseconds below which this many hundredths of all single queries stayed."""
        return statistics.quantiles(self.seconds, n=100)[hundredth - 1] * 1000


def main(smoke: bool = False) -> list[Row]:
    """Compare exact, mistyped and half-typed queries; write and return the rows."""
    addresses, asked = (10_000, 100) if smoke else (100_000, 500)
    streets = make_streets(seed=SEED, streets=STREETS, addresses=addresses)
    started = time.perf_counter()
    gazetteer = _gazetteer(streets)
    built = time.perf_counter() - started
    names = [street.name for street in streets]
    rows: list[Row] = []
    comparisons: dict[str, Comparison] = {}
    with _addok(streets) as (addok, server):
        for kind, queries in _queries(streets, asked).items():
            engines = {
                OURS: Asked(_ours(gazetteer, kind), queries, names),
                ADDOK: Asked(_theirs(addok, kind, all_letters=False), queries, names),
                ADDOK_ALL: Asked(_theirs(addok, kind, all_letters=True), queries, names),
            }
            comparisons[kind] = _compare(engines, server)
            rows += _rows(kind, engines, comparisons[kind])
    count = sum(len(street.houses) for street in streets)
    rows.append(fact("search.index.seconds", built, "s", command=COMMAND))
    rows.append(fact("search.addresses", count, "addresses", command=COMMAND))
    write_results("search", rows, comparisons)
    return rows


def _compare(engines: dict[str, Asked], server: int) -> Comparison:
    contenders = [Contender(name, lambda one=one: one, Asked.run) for name, one in engines.items()]
    return compare(contenders, watch=[server])


def _rows(kind: str, engines: dict[str, Asked], comparison: Comparison) -> list[Row]:
    """Our figures beside addok's better ones: its faster setting, and its surer one."""
    peers = (ADDOK, ADDOK_ALL)
    noisy = comparison.noisy
    rows: list[Row] = []
    for hundredth in (50, 99):
        mine = engines[OURS].percentile(hundredth)
        quickest = min(engines[name].percentile(hundredth) for name in peers)
        label = f"search.{kind}.p{hundredth}"
        goal = "<= 1" if kind == "typo" else None
        rows.append(share(label, mine, quickest, "ms", goal=goal, command=COMMAND, noisy=noisy))
    asked = len(engines[OURS].queries)
    ours, *theirs = (comparison.cpu(name) / asked * 1e6 for name in (OURS, *peers))
    label = f"search.{kind}.cpu"
    rows.append(share(label, ours, min(theirs), "us per query", goal=None, command=COMMAND))
    for at, by in enumerate(("id", "name")):
        right = comparison.answer(OURS)[at]
        best = max(comparison.answer(name)[at] for name in peers)
        label = f"search.{kind}.top1_by_{by}"
        rows.append(share(label, right, best, "share", goal=None, command=COMMAND))
        if kind == "typo":
            goal = ">= 0.98" if by == "id" else None
            rows.append(fact(f"{label}.ours", right, "share", goal=goal, command=COMMAND))
    return rows


def _queries(streets: Sequence[NamedStreet], count: int) -> dict[str, list[tuple[int, str]]]:
    rng = random.Random(SEED + 1)
    chosen = [(street, rng.choice(street.houses)[0]) for street in rng.choices(streets, k=count)]
    return {
        "exact": [(one.id, f"{one.type} {one.name} {number}") for one, number in chosen],
        "plain": [(one.id, fold(f"{one.type} {one.name} {number}")) for one, number in chosen],
        "typo": [(one.id, mistyped(one, number, rng)) for one, number in chosen],
        "prefix": [(one.id, _begun(one)) for one, _number in chosen],
    }


def _begun(street: NamedStreet) -> str:
    """The type and the first 60 % of the name, as while typing."""
    name = fold(street.name)
    return f"{fold(street.type)} {name[: max(3, round(len(name) * 0.6))]}"


# Ours


def _gazetteer(streets: Sequence[NamedStreet]) -> Gazetteer:
    numbered = ((street.id, *house) for street in streets for house in street.houses)
    return Gazetteer(
        "ro",
        streets=[StreetRecord(one.id, [f"{one.type} {one.name}"]) for one in streets],
        addresses=[
            AddressRecord(at, longitude, latitude, street, number)
            for at, (street, number, longitude, latitude) in enumerate(numbered)
        ],
    )


def _ours(gazetteer: Gazetteer, kind: str) -> Callable[[str], int | None]:
    def find(query: str) -> int | None:
        hits = complete(gazetteer, query) if kind == "prefix" else gazetteer.search(query)
        return hits[0].street_id if hits else None

    return find


# addok


@contextlib.contextmanager
def _addok(streets: Sequence[NamedStreet]) -> Iterator[tuple[Any, int]]:
    """addok as it installs, loaded with the same streets, and the process of its own Redis."""
    with tempfile.TemporaryDirectory(prefix="mgs") as folder, _redis(folder) as (socket, server):
        os.environ |= {"REDIS_SOCKET": socket, "ADDOK_LOG_DIR": folder}
        documents = Path(folder) / "streets.sjson"
        documents.write_text("\n".join(json.dumps(_document(one)) for one in streets))
        program = Path(sys.executable).parent / "addok"
        for words in (["batch", str(documents)], ["ngrams"]):
            subprocess.run([program, *words], check=True, capture_output=True)
        addok = importlib.import_module("addok")
        importlib.import_module("addok.core")
        importlib.import_module("addok.config.default")
        importlib.import_module("addok.config").config.load()
        yield addok, server


def _theirs(addok: Any, kind: str, *, all_letters: bool) -> Callable[[str], int | None]:
    """addok with its own key map of a French keyboard, or with any letter for any other."""
    config, search = addok.config.config, addok.core.search
    letters = None if all_letters else addok.config.default.FUZZY_KEY_MAP
    autocomplete = kind == "prefix"

    def find(query: str) -> int | None:
        config.FUZZY_KEY_MAP = letters
        results = search(query, limit=5, autocomplete=autocomplete)
        return int(results[0].id) if results else None

    return find


@contextlib.contextmanager
def _redis(folder: str) -> Iterator[tuple[str, int]]:
    socket = f"{folder}/r.sock"
    arguments = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
    with subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 10
            while not Path(socket).exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            yield socket, server.pid
        finally:
            server.terminate()


def _document(street: NamedStreet) -> dict[str, object]:
    first = street.houses[0]
    return {
        "_id": str(street.id),
        "id": str(street.id),
        "type": "street",
        "name": f"{street.type} {street.name}",
        "city": "Piatra-Neamț",
        "postcode": "610001",
        "lat": first[2],
        "lon": first[1],
        "importance": 0.1,
        "housenumbers": {number: {"lat": lat, "lon": lon} for number, lon, lat in street.houses},
    }
