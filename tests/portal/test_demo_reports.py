"""Invented reports: the same each time, and as often as the table of frequencies says."""

import csv
import datetime as dt
import json
from collections import Counter
from random import Random

from portal.demo_report_plans import Frequencies, Wish, make_plans
from portal.demo_report_rules import FOLDER

UNTIL = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
WISH = Wish(count=4000, days=120, pace=1, until=UNTIL, places=90)


def frequencies() -> Frequencies:
    return Frequencies.read(FOLDER / "frequencies.csv")


def test_the_same_numbers_make_the_same_plans_and_others_others() -> None:
    first, again, other = (make_plans(frequencies(), WISH, Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_plans_lie_before_their_day_oldest_first() -> None:
    plans = make_plans(frequencies(), WISH, Random(1))
    assert [one.at for one in plans] == sorted(one.at for one in plans)
    assert UNTIL - dt.timedelta(days=121) < plans[0].at < plans[-1].at < UNTIL
    assert {one.place for one in plans} <= set(range(90))


def test_kinds_come_as_often_as_the_table_says() -> None:
    known = frequencies().kinds
    whole = sum(one.weight for one in known.values())
    counts = Counter(one.category for one in make_plans(frequencies(), WISH, Random(1)))
    for code, kind in known.items():
        assert abs(counts[code] / WISH.count - kind.weight / whole) < 0.015, code


def test_half_is_done_within_the_median_and_late_ones_are_late() -> None:
    parking = [
        one.lasts.total_seconds() / 3600
        for one in make_plans(frequencies(), WISH, Random(1))
        if one.category == "illegal-parking"
    ]
    kind = frequencies().kinds["illegal-parking"]
    assert abs(sum(hours <= kind.quarters[1] for hours in parking) / len(parking) - 0.5) < 0.07


def test_both_tables_of_kinds_are_the_same_but_for_the_law() -> None:
    ours = {}
    for country in ("ro", "bg"):
        path = FOLDER / f"categories-{country}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            ours[country] = list(csv.DictReader(file))
    assert len(ours["ro"]) == len(ours["bg"]) == 46
    for left, right in zip(ours["ro"], ours["bg"], strict=True):
        assert {**left, "regime": ""} == {**right, "regime": ""}
        assert all(left[f"name_{code}"] for code in ("en", "ro", "bg"))


def test_every_kind_is_weighed_and_spoken_of_and_everything_is_marked_as_invented() -> None:
    texts = json.loads((FOLDER / "texts_SYNTHETIC.json").read_text(encoding="utf-8"))
    with (FOLDER / "categories-ro.csv").open(encoding="utf-8", newline="") as file:
        kinds = {line["code"] for line in csv.DictReader(file) if line["parent"]}
    assert set(frequencies().kinds) == set(texts["reports"]) == kinds
    assert all("nvent" in mark or "змислен" in mark for mark in texts["mark"].values())
